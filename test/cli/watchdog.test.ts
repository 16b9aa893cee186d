import { expect, test } from 'vitest'
import { readFacts } from '../../src/client/watchdog/read-facts.ts'
import { runDoctor } from '../../src/dev/doctor.ts'
import { judgeRuns } from '../../src/domain/watchdog/watchdog.ts'
import { threeReleases } from '../scenarios/releases.ts'
import { openWorld, phaseOf, type World } from '../scenarios/world.ts'
import { eventually } from '../support/eventually.ts'
import { terminalIn } from './terminal.ts'

test('the watchdog barks at what stands still and at what was left half way, and at nothing else', async () => {
  const world = await openWorld({ releases: threeReleases })
  const { belay } = terminalIn(world.root, world.environment)
  expect(await belay('watchdog')).toMatchObject({ code: 0, out: 'ok: no run is open, and none was left half way\n' })

  const waiting = await world.deploy('1.1.0')
  await phaseOf(waiting, (status) => status.waitingFor?.question === 'sign-off')
  const line = 'ok: 1 open, all make progress; 1 of them by waiting for a person\n'
  await eventually('a run in the list', async () => (await belay('watchdog')).out === line)
  expect(await belay('watchdog')).toMatchObject({ code: 0, out: line })

  await world.killWorker()
  expect((await alarmsIn(world, 120_000)).map(({ kind, next }) => [kind, next])).toEqual([
    ['worker', 'start one with belay worker (or belay dev)'],
    ['agent', 'start it on that host with belay worker --host local'],
  ])

  // In the gate nothing was changed: terminated there, it left nothing half way.
  await world.belay.temporal.workflow.getHandle(waiting.workflowId, waiting.runId).terminate('given up')
  await world.startWorker()
  await eventually('quiet', async () => (await belay('watchdog')).code === 0)
  await half(world)
  const halfWay = await eventually('an alarm', async () => {
    const answer = await belay('watchdog', '--json')
    return answer.code === 1 && answer
  })
  expect(JSON.parse(halfWay.out)).toMatchObject({
    schema: 1,
    open: 0,
    alarms: [{ kind: 'half way', runs: ['deploy:fixture:production'], next: 'belay rollback production' }],
  })
  expect(await doctorOf(world)).toMatchObject({ ok: false, fix: 'belay rollback production' })

  const back = await world.rollback()
  expect((await back.end()).outcome).toBe('ROLLED_BACK')
  await eventually('quiet', async () => (await belay('watchdog')).code === 0)
  expect(await doctorOf(world)).toMatchObject({ ok: true })

  const { workflow } = world.belay.temporal
  const notice = await workflow.start('notice', { workflowId: 'notice:fixture:1', taskQueue: 'nobody', args: [] })
  await notice.terminate('given up')
  await eventually('an alarm', async () =>
    (await belay('watchdog')).out.includes('notice:fixture:1: the notice was not'),
  )
})

test('a Temporal that does not answer is another answer than an alarm', async () => {
  const { belay } = terminalIn(import.meta.dirname, { TEMPORAL_ADDRESS: '127.0.0.1:1' })
  expect(await belay('watchdog')).toMatchObject({ code: 69, err: expect.stringContaining('Temporal does not answer') })
  expect(await belay('watchdog', '--days', 'soon')).toMatchObject({ code: 2 })
})

/** What the watchdog would say that much later, if nothing happened until then. */
async function alarmsIn(world: World, laterMs: number) {
  const now = () => new Date(Date.now() + laterMs)
  return judgeRuns(await readFacts(world.belay.temporal, { now, sinceMs: 0 }))
}

/** A release is live and watched, and its run is gone. */
async function half(world: World): Promise<void> {
  const plan = world.plan('1.1.0')
  const run = await world.belay.deploy(plan)
  await world.tell(run, {
    name: 'signOff',
    deployment: plan.deployment,
    item: 'pre.code_reviewed',
    by: 'ann@example.com',
  })
  await phaseOf(run, (status) => status.phase === 'watch')
  await world.belay.temporal.workflow.getHandle(run.workflowId, run.runId).terminate('by mistake')
}

async function doctorOf({ environment, root }: World) {
  const findings = await runDoctor({ environment, directory: root, hosts: ['local'], now: () => new Date() })
  return findings.find(({ name }) => name === 'half-way runs')
}
