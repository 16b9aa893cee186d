import { test } from 'vitest'
import { threeReleases } from '../scenarios/releases.ts'
import { openWorld } from '../scenarios/world.ts'
import { terminalOf } from './terminal.ts'

test('debug', async () => {
  const world = await openWorld({ releases: threeReleases })
  const { belay, start } = await terminalOf(world)
  await world.live('1.0.0')
  const commit = world.commits.get('1.0.0') ?? ''
  console.log(await belay('marker', 'create', 'production', '--version', '1.0.0', '--commit', commit))
  const s = start('marker', 'verify', 'production')
  await new Promise((r) => setTimeout(r, 12000))
  for await (const run of world.belay.temporal.workflow.list({ query: "ExecutionStatus='Running'" })) {
    const h = world.belay.temporal.workflow.getHandle(run.workflowId)
    const d = await h.describe()
    console.log(run.workflowId, JSON.stringify(d.raw.pendingActivities, null, 1), JSON.stringify(d.raw.pendingWorkflowTask))
    const hist = await h.fetchHistory()
    for (const e of hist.events ?? []) console.log(String(e.eventId), e.eventType, JSON.stringify(e.workflowTaskFailedEventAttributes?.failure?.message ?? e.activityTaskScheduledEventAttributes?.activityId ?? ''))
  }
}, 100000)
