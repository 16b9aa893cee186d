import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from '@temporalio/client'
import { temporal } from '@temporalio/proto'
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker'
import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import type { Run } from '../../src/client/client.ts'
import { taskQueue } from '../../src/domain/id.ts'
import { difference } from '../../src/worker/replay/difference.ts'
import { listOpenRuns } from '../../src/worker/replay/open-runs.ts'
import { replayOpenRuns } from '../../src/worker/replay/replay-open-runs.ts'
import { type Leave, requireReplayable } from '../../src/worker/replay/require-replayable.ts'
import { terminalIn } from '../cli/terminal.ts'
import { planFor } from '../history/plan.ts'
import { threeReleases } from '../scenarios/releases.ts'
import { openWorld, phaseOf, type World } from '../scenarios/world.ts'
import { eventually } from '../support/eventually.ts'
import { openNamespace, workflowBundle } from '../support/temporal.ts'
import { changedBundle } from './changed-bundle.ts'

Runtime.install({ logger: new DefaultLogger('ERROR', () => undefined) })

const { History } = temporal.api.history.v1
const main = join(import.meta.dirname, '../../src/worker/main.ts')

test('a worker that would do something else than an open run did refuses to start, and polls nothing', async () => {
  const { world, run, deployment } = await waitingAtTheGate()
  await drained(world)
  const changed = await changedBundle(
    'workflows/gate/rules/history.ts',
    'recordNow.readEnvironment',
    'recordNow.clearRelease',
  )

  const refused = await started({ ...world.environment, BELAY_WORKFLOW_BUNDLE: changed })
  expect(refused).toMatchObject({ code: 1, stdout: '' })
  expect(refused.stderr).toContain(
    `${run.workflowId} (1.1.0, run ${run.runId}): this version would have done something`,
  )
  expect(refused.stderr).toMatch(/scheduled event 'readEnvironment' does not match .* command 'clearRelease'/)
  expect(refused.stderr).toContain(`belay worker --leave ${run.runId} --reason`)
  expect(await tasksOf(world, run)).not.toContain('failed')

  await world.startWorker()
  await phaseOf(run, (status) => status.waitingFor?.question === 'sign-off')
  await drained(world)

  const leaving = terminalIn(world.root, { ...world.environment, BELAY_WORKFLOW_BUNDLE: changed })
  const told = leaving.start('worker', '--leave', run.runId, '--reason', 'looked after by hand')
  await told.said('belay worker ready')
  await told.said('left behind: looked after by hand')
  await told.said('"msg":"left behind: this worker cannot carry it on"')
  // What the guard has kept from happening: the run is stuck with this worker.
  await handleOf(world, run).signal('signOff', { deployment, item: 'pre.code_reviewed', by: 'ann@example.com' })
  await eventually('a failed task', async () => (await tasksOf(world, run)).includes('failed'))
  told.interrupt()
  expect(await told.ended).toMatchObject({ code: 0 })
})

test('runs that no worker has begun yet do not keep a worker from starting', async () => {
  const { client, guard } = await openServer()
  await client.workflow.start('deployment', { taskQueue, args: [planFor()], workflowId: 'deploy:early:production' })
  await listed(client)
  expect(await guard(client)).toEqual([])
})

test('a run whose history nobody could read is a refusal too, unless it is left behind', async () => {
  const { client, connection, namespace, guard } = await openServer()
  const unread = await client.workflow.start('deployment', { taskQueue, workflowId: 'deploy:unread:production' })
  await listed(client)
  const blind = new Client({ connection, namespace, interceptors: { workflow: [{ describe: shardAway }] } })
  await expect(guard(blind)).rejects.toThrow(/deploy:unread:production .*its history cannot be fetched: shard away/)
  const leave = { runs: [unread.firstExecutionRunId], reason: 'it was a test' }
  expect(await guard(blind, leave)).toEqual([expect.stringContaining('left behind: it was a test')])
})

test('a run that takes too long is named with all that came after it, so that none is left behind unnamed', async () => {
  const { client, connection, namespace, bundle } = await openServer()
  for (const place of ['one', 'two', 'three']) {
    await client.workflow.start('deployment', {
      taskQueue,
      args: [planFor()],
      workflowId: `deploy:${place}:production`,
    })
  }
  await listed(client, 3)
  const released = Promise.withResolvers<never>()
  onTestFinished(() => released.reject(new Error('released')))
  let asked = 0
  const describe: typeof shardAway = async () => (++asked === 1 ? await shardAway() : await released.promise)
  const slow = new Client({ connection, namespace, interceptors: { workflow: [{ describe }] } })
  const stuck = await replayOpenRuns(slow, bundle, 500)
  const [unread, late, unseen, ...none] = stuck
  expect(none).toEqual([])
  expect(unread?.problem).toContain('shard away')
  expect(late?.problem).toBe('it was not replayed within 0.5 s')
  expect(unseen?.problem).toBe(`not replayed, after ${late?.workflowId}`)
  expect(stuck.map(({ workflowId }) => workflowId).toSorted()).toEqual(
    ['one', 'three', 'two'].map((place) => `deploy:${place}:production`),
  )
})

test('more open runs than can be replayed are a refusal in words', async () => {
  const { client, namespace, connection } = await openServer()
  const run = await client.workflow.start('deployment', { taskQueue, workflowId: 'deploy:one:production' })
  await listed(client)
  expect(await listOpenRuns(new Client({ connection, namespace }), 1)).toHaveLength(1)
  const refused = listOpenRuns(client, 0)
  await expect(refused).rejects.toMatchObject({ name: 'ReplayRefused' })
  await expect(refused).rejects.toThrow(/expected at most 0 open runs .* nothing was polled\nNext: .*belay status/)
  await run.terminate()
})

test.each([
  ['"name":"claimHost"', '"name":"claimGuest"', /^this version would have done something else: .*'claimGuest'/],
  ['"name":"deployment"', '"name":"launch"', /^this version cannot run it: .*workflow of type 'launch'/],
])('the first difference is told in words: %s', async (before, after, words) => {
  const recorded = await readFile(join(import.meta.dirname, '../histories/success.json'), 'utf8')
  const history = History.fromObject(JSON.parse(recorded.replaceAll(before, after)))
  const bundle = { codePath: await workflowBundle() }
  const error = await Worker.runReplayHistory({ workflowBundle: bundle }, history).catch((failed: unknown) => failed)
  expect(error instanceof Error && difference(error)).toMatch(words)
})

/** Temporal lists a run a moment after it has begun. */
async function listed(client: Client, runs = 1): Promise<void> {
  await eventually('the runs in the list', async () => (await client.workflow.count()).count >= runs)
}

async function shardAway(): Promise<never> {
  throw new Error('shard away')
}

async function openServer() {
  const { client, namespace, close } = await openNamespace()
  onTestFinished(close)
  const bundle = { codePath: await workflowBundle() }
  const guard = (asked: Client, leave: Leave | null = null) =>
    requireReplayable(asked, bundle, { leave, logger: pino({ level: 'silent' }) })
  return { client, connection: client.connection, namespace, guard, bundle }
}

async function waitingAtTheGate(): Promise<{ world: World; run: Run; deployment: string }> {
  const world = await openWorld({ releases: threeReleases })
  const plan = world.plan('1.1.0', (settings) => {
    // Another version is bundled meanwhile, which takes its time on a busy machine.
    settings.review.within = '10m'
  })
  const run = await world.belay.deploy(plan)
  await phaseOf(run, (status) => status.waitingFor?.question === 'sign-off')
  return { world, run, deployment: plan.deployment }
}

/** Starts a worker that is expected to end by itself. */
async function started(env: NodeJS.ProcessEnv): Promise<{ code: number; stdout: string; stderr: string }> {
  const { promise, resolve } = Promise.withResolvers<{ code: number; stdout: string; stderr: string }>()
  execFile(process.execPath, [main], { env, timeout: 60_000 }, (error, stdout, stderr) =>
    resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
  )
  return await promise
}

function handleOf(world: World, run: Run) {
  return world.belay.temporal.workflow.getHandle(run.workflowId, run.runId)
}

/** How each workflow task of the run ended so far. */
async function tasksOf(world: World, run: Run): Promise<string[]> {
  const { events } = await handleOf(world, run).fetchHistory()
  return (events ?? []).flatMap((event) => {
    if (event.workflowTaskFailedEventAttributes) return 'failed'
    return event.workflowTaskCompletedEventAttributes ? 'completed' : []
  })
}

/** By its own signal: it hands its runs over, so that the next one gets them at once. */
async function drained(world: World): Promise<void> {
  process.kill(world.worker.pid, 'SIGTERM')
  await world.worker.ended
}
