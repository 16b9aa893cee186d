import { expect, test } from 'vitest'
import { threeReleases } from '../scenarios/releases.ts'
import { openWorld, phaseOf, type World } from '../scenarios/world.ts'
import { eventually } from '../support/eventually.ts'
import { ownPort } from '../support/own-port.ts'
import { scrape } from './scrape.ts'

test('a success and a rollback are counted once each, and a worker that replays them counts nothing', async () => {
  const address = `127.0.0.1:${await ownPort()}`
  const world = await openWorld({ releases: threeReleases, environment: () => ({ BELAY_METRICS_ADDRESS: address }) })
  const at = { service: 'fixture', environment: 'production' }
  const good = world.plan('1.1.0')
  const success = await world.belay.deploy(good)
  await phaseOf(success, (status) => status.waitingFor?.question === 'sign-off')
  await drained(world)
  await world.startWorker()

  const waiting = await eventually('gauges', async () => {
    const now = await scrape(address)
    return now.value('belay_runs_asked_timestamp_seconds') > 0 && now
  })
  expect(waiting.value('belay_open_runs', { ...at, phase: 'gate' })).toBe(1)
  expect(waiting.value('belay_half_way_runs', at)).toBe(0)
  expect(waiting.value('belay_waiting_runs', at)).toBe(1)
  expect(waiting.value('belay_info', { role: 'worker' })).toBe(1)

  const signature = { deployment: good.deployment, item: 'pre.code_reviewed', by: 'ann@example.com' }
  await success.tell({ name: 'signOff', ...signature })
  await phaseOf(success, (status) => status.phase === 'watch')
  await world.signAll(success, good.deployment)
  expect((await success.end()).outcome).toBe('SUCCESS')
  const ill = world.plan('1.2.0', (settings) => {
    settings.monitoring.window = '30s'
  })
  const rolledBack = await world.belay.deploy(ill)
  await world.signAll(rolledBack, ill.deployment)
  await phaseOf(rolledBack, (status) => status.phase === 'watch')
  await world.say('errors', '1.2.0')
  expect((await rolledBack.end()).outcome).toBe('ROLLED_BACK')

  const now = await scrape(address)
  const ended = { ...at, kind: 'deployment' }
  expect(now.value('belay_deployments_total', { ...ended, outcome: 'SUCCESS' })).toBe(1)
  expect(now.value('belay_deployments_total', { ...ended, outcome: 'ROLLED_BACK' })).toBe(1)
  expect(now.value('belay_deployments_total')).toBe(2)
  expect(now.value('belay_deployment_duration_seconds_count', ended)).toBe(2)
  for (const phase of ['gate', 'restore points', 'release', 'verify', 'watch', 'recording']) {
    expect([phase, now.value('belay_phase_duration_seconds_count', { phase })]).toEqual([phase, 2])
  }
  expect(now.value('belay_phase_duration_seconds_count', { phase: 'rollback' })).toBe(1)
  expect(now.value('belay_rollback_duration_seconds_count', { ...at, outcome: 'ROLLED_BACK' })).toBe(1)
  expect(now.value('belay_sign_off_wait_seconds_count', { ...at, at: 'gate' })).toBeGreaterThan(0)
  expect(now.value('belay_sign_off_wait_seconds_count', { ...at, at: 'after' })).toBeGreaterThan(0)
  expect(now.value('belay_check_samples_total', { ...at, check: 'errors', verdict: 'passed' })).toBeGreaterThan(0)
  expect(now.value('belay_check_samples_total', { ...at, check: 'errors', verdict: 'failed' })).toBeGreaterThan(0)
  expect(now.value('belay_deployment_duration_seconds_bucket', { ...ended, le: '14400' })).toBe(2)
  expect(now.text).not.toContain('temporal_belay_')

  await drained(world)
  await world.startWorker()
  expect((await success.status()).outcome).toBe('SUCCESS')
  expect((await rolledBack.status()).outcome).toBe('ROLLED_BACK')
  expect((await scrape(address)).value('belay_deployments_total')).toBe(0)
})

/** By its own signal: it hands its runs over, so that the next one gets them at once. */
async function drained(world: World): Promise<void> {
  process.kill(world.worker.pid, 'SIGTERM')
  await world.worker.ended
}
