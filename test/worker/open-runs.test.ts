import { type MetricMeter, noopMetricMeter } from '@temporalio/common'
import { pino } from 'pino'
import { expect, onTestFinished, test, vi } from 'vitest'
import { taskQueue } from '../../src/domain/id.ts'
import { measureOpenRuns } from '../../src/worker/metrics/open-runs.ts'
import { planFor } from '../history/plan.ts'
import { eventually } from '../support/eventually.ts'
import { openNamespace } from '../support/temporal.ts'

test('counting what is open asks for no notices, which it does not count', async () => {
  const { client, close } = await openNamespace()
  onTestFinished(close)
  await client.workflow.start('deployment', { taskQueue, args: [planFor()], workflowId: 'deploy:shop:production' })
  await eventually('the run in the list', async () => (await client.workflow.count()).count > 0)
  const listed = vi.spyOn(client.workflow, 'list')
  const { meter, told } = remembering()

  const measuring = measureOpenRuns(client, meter, {
    central: true,
    logger: pino({ level: 'silent' }),
    clock: () => new Date(),
  })
  onTestFinished(() => measuring.stop())
  await eventually('an answer', () => told.has('belay_runs_asked_timestamp_seconds'))

  expect(told.get('belay_open_runs')).toBe(1)
  const queries = listed.mock.calls.map(([options]) => options?.query ?? '')
  expect(queries.some((query) => query.includes('deploy:'))).toBe(true)
  expect(queries.filter((query) => query.includes('notice:'))).toEqual([])
})

/** A meter that keeps what its gauges said last. */
function remembering() {
  const told = new Map<string, number>()
  const meter: Pick<MetricMeter, 'createGauge'> = {
    createGauge: (...gauge) => ({
      ...noopMetricMeter.createGauge(...gauge),
      set: (value) => void told.set(gauge[0], value),
    }),
  }
  return { meter, told }
}
