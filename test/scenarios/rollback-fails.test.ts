import { rename } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { openReceiver } from '../notify/receiver.ts'
import { eventually } from '../support/eventually.ts'
import { expectBackAt110 } from './comes-back.ts'
import { notifying } from './notifying.ts'
import { threeReleases } from './releases.ts'
import { openWorld, phaseOf, type World } from './world.ts'

test('a rollback that cannot finish waits for a person, locks the environment, and goes on when they say retry', async () => {
  const { world, run, deployment, receiver } = await stuck()
  const waiting = await phaseOf(run, (status) => status.waitingFor?.question.startsWith('start:') === true)
  expect(waiting.waitingFor?.answers).toEqual(['retry', 'skip', 'give_up'])
  const [asked, reminded] = [await receiver.taken(/waiting.start:local.1$/), await receiver.taken(/1.reminder-1$/)]
  expect(JSON.parse(asked.text)).toMatchObject({
    sentence: expect.stringMatching(/^production waits for a decision: .*\nproduction is locked meanwhile/),
    next: 'belay decide production retry|skip|give_up --reason "..."',
  })
  expect(JSON.parse(reminded.text).sentence).toContain('production still waits for a decision')
  const place = { service: 'fixture', environment: 'production' }
  // The history is told in the background; the host's own lock is what counts meanwhile.
  const locks = await eventually('the lock on record', async () => {
    const found = await world.history.readLocks(place)
    return found.length > 0 ? found : null
  })
  expect(locks).toMatchObject([{ kind: 'rollback_failed' }])

  await mend(world)
  await run.tell({
    name: 'decide',
    deployment,
    question: waiting.waitingFor?.question ?? '',
    answer: 'retry',
    by: 'ann',
    reason: 'mended',
  })
  expect(await run.end()).toMatchObject({ outcome: 'ROLLED_BACK' })
  await expectBackAt110(world, 'belay')
  expect(await world.history.readLocks({ service: 'fixture', environment: 'production' })).toEqual([])
})

test('giving up ends ROLLBACK_FAILED, and nobody deploys until the environment is unlocked', async () => {
  const { world, run, deployment } = await stuck()
  const waiting = await phaseOf(run, (status) => status.waitingFor?.question.startsWith('start:') === true)
  await run.tell({
    name: 'decide',
    deployment,
    question: waiting.waitingFor?.question ?? '',
    answer: 'give_up',
    by: 'ann',
    reason: 'by hand',
  })
  expect(await run.end()).toMatchObject({ outcome: 'ROLLBACK_FAILED', live: null })
  const refused = await (await world.deploy('1.1.0')).end()
  expect(refused.outcome).toBe('REFUSED')
  expect(refused.sentence).toMatch(/lock|holds unfinished/)
})

/** 1.2.0 is ill and the old release cannot be started: its program is gone. */
async function stuck() {
  const world = await openWorld({ releases: threeReleases })
  await world.live('1.1.0')
  const receiver = await openReceiver()
  const plan = world.plan('1.2.0', (settings) => {
    settings.monitoring.window = '60s'
    notifying({ url: receiver.url })(settings)
    Object.assign(settings, { rollback: { remind_every: '1s' } })
  })
  const run = await world.belay.deploy(plan)
  await world.signAll(run, plan.deployment)
  await phaseOf(run, (status) => status.phase === 'watch')
  await rename(program(world), `${program(world)}.away`)
  await world.say('errors', '1.2.0')
  return { world, run, deployment: plan.deployment, receiver }
}

function mend(world: World): Promise<void> {
  return rename(`${program(world)}.away`, program(world))
}

function program(world: World): string {
  return `${world.directory}/releases/1.1.0/server.mjs`
}
