import { expect, test } from 'vitest'
import { threeReleases } from './releases.ts'
import { openWorld, phaseOf } from './world.ts'

const tenMinutesMs = 10 * 60_000

test('ten real minutes: the deadline survives a killed worker, and the history stays small', async () => {
  const world = await openWorld({
    releases: threeReleases,
    change(settings) {
      Object.assign(settings.monitoring, { window: '10m', interval: '15s', after_rollback: '5m' })
      Object.assign(settings, { ignored_safeties: [] })
    },
  })
  const plan = world.plan('1.1.0')
  const run = await world.belay.deploy(plan)
  await world.signAll(run, plan.deployment)
  const before = await phaseOf(run, (status) => status.phase === 'watch')
  const liveMs = Date.parse(before.liveSince ?? '')
  expect(Date.parse(before.windowEndsAt ?? '') - liveMs).toBeGreaterThanOrEqual(tenMinutesMs)

  await world.killWorker()
  await world.startWorker()
  const after = await phaseOf(run, (status) => status.windowEndsAt !== null)
  expect(after.windowEndsAt).toBe(before.windowEndsAt)

  const end = await run.end()
  expect(end.outcome).toBe('SUCCESS')
  expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(before.windowEndsAt ?? ''))

  const handle = world.belay.temporal.workflow.getHandle(run.workflowId, run.runId)
  const { events } = await handle.fetchHistory()
  const { historySize } = await handle.describe()
  expect(events?.length).toBeLessThanOrEqual(300)
  expect(historySize).toBeLessThanOrEqual(200_000)
})
