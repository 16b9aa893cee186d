import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { temporal } from '@temporalio/proto'
import { test } from 'vitest'
import type { Run } from '../../src/client/client.ts'
import { taskQueue } from '../../src/domain/id.ts'
import { allowDrills, endOfDrill } from '../scenarios/drilling.ts'
import { notifying } from '../scenarios/notifying.ts'
import { ann, provenWorld } from '../identity/proven-world.ts'
import { threeReleases } from '../scenarios/releases.ts'
import { openWorld, phaseOf, type World } from '../scenarios/world.ts'

test('records a run of every kind', async () => {
  const world = await openWorld({ releases: threeReleases })
  const short = world.plan('1.1.0')
  const first = await world.belay.deploy(short)
  await world.signAll(first, short.deployment)
  await first.end()
  await keep(world, first, 'gated-success')

  const drilled = world.plan('1.2.0', allowDrills)
  const drill = await world.belay.drill(drilled)
  await endOfDrill(drill, drilled)
  await keep(world, drill, 'gated-drill')

  const aborted = await world.deploy('1.2.0')
  await phaseOf(aborted, (status) => status.waitingFor !== null)
  const { deployment } = await aborted.status()
  await aborted.tell({ name: 'abort', deployment, by: 'ann@example.com', reason: 'wrong day' })
  await aborted.end()
  await keep(world, aborted, 'gated-aborted')

  const refused = await world.deploy('1.2.0', (settings) => {
    settings.review.checklist.tests_passing.command = ['node', '-e', 'process.exit(1)']
  })
  await refused.end()
  await keep(world, refused, 'gated-refused')

  const plan = world.plan('1.2.0', (settings) => {
    settings.monitoring.window = '30s'
  })
  const ill = await world.belay.deploy(plan)
  await world.signAll(ill, plan.deployment)
  await phaseOf(ill, (status) => status.phase === 'watch')
  await world.say('errors', '1.2.0')
  await ill.end()
  await keep(world, ill, 'gated-rolled-back')

  const back = await world.rollback({ to: '1.1.0', only: 'configuration' }).catch(() => null)
  await back?.end()
  if (back) await keep(world, back, 'gated-rollback-by-hand')
})

test('records a run that tells people', async () => {
  // Nobody listens there: a notice goes its own way, whatever becomes of it.
  const world = await openWorld({ releases: threeReleases, change: notifying({ url: 'http://127.0.0.1:9/hook' }) })
  const plan = world.plan('1.1.0')
  const run = await world.belay.deploy(plan)
  await phaseOf(run, (status) => status.waitingFor !== null)
  await world.signAll(run, plan.deployment)
  await run.end()
  await keep(world, run, 'gated-success-told')
})

test('records a preview that asks for the gate alone, as command lines of before asked', async () => {
  const world = await openWorld({ releases: threeReleases })
  await world.live('1.0.0')
  const preview = { args: [world.plan('1.1.0')], taskQueue, workflowId: 'previewDeployment:fixture:production:recorded' }
  const { workflowId, firstExecutionRunId } = await world.belay.temporal.workflow.start('previewDeployment', preview)
  await world.belay.temporal.workflow.result(workflowId)
  await keep(world, { workflowId, runId: firstExecutionRunId }, 'preview')
})

test('records a run in which every name is proven', async () => {
  const world = await provenWorld()
  const plan = await world.signed('1.0.0')
  const run = await world.belay.deploy(plan)
  const said = { deployment: plan.deployment, by: ann } as const
  await phaseOf(run, (status) => status.waitingFor !== null)
  await run.tell({ ...said, name: 'abort', reason: 'unsigned' }).catch(() => null)
  await world.tellProven(run, { ...said, name: 'signOff', item: 'pre.code_reviewed' })
  await phaseOf(run, ({ phase }) => phase === 'watch', 60_000)
  await world.tellProven(run, { ...said, name: 'reject', item: 'manual.payment_processing', reason: 'it is dear' })
  await run.end()
  await keep(world, run, 'proven-rejected')
})

/** Names, pids and paths of the machine it was recorded on are replaced. */
async function keep(world: World, run: Pick<Run, 'workflowId' | 'runId'>, name: string): Promise<void> {
  const history = await world.belay.temporal.workflow.getHandle(run.workflowId, run.runId).fetchHistory()
  const plain = temporal.api.history.v1.History.toObject(temporal.api.history.v1.History.create(history), { enums: String, longs: String, bytes: String })
  const clean = JSON.parse(JSON.stringify(plain), (key, value) => cleaned(world, key, value))
  const target = fileURLToPath(new URL(`./${name}.json`, import.meta.url))
  await writeFile(target, `${JSON.stringify(clean)}\n`)
}

function cleaned(world: World, key: string, value: unknown): unknown {
  if (typeof value !== 'string') return value
  // A worker's own queue is named after its process and machine.
  if (key === 'identity' || (key === 'name' && /^\d+@/.test(value))) return 'recorded'
  if (key !== 'data') return anonymous(world, value)
  return Buffer.from(anonymous(world, Buffer.from(value, 'base64').toString())).toString('base64')
}

function anonymous(world: World, text: string): string {
  return text.replaceAll(world.root, '/srv/fixture').replaceAll(process.cwd(), '/opt/belay')
}
