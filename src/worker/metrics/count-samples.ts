import type { MetricMeter } from '@temporalio/common'
import type { CheckContext } from '../../../activities/checks/activities.ts'
import type { Sample } from '../../domain/check.ts'
import { counters } from '../../domain/metrics.ts'

/** Counts where the sample was taken: one that is taken again after a worker died was taken twice. */
export function countSamples(meter: MetricMeter): (sample: Sample, context: CheckContext) => void {
  const counter = meter.createCounter('belay_check_samples_total', '', counters.belay_check_samples_total)
  return ({ check, verdict }, { service, environment }) => counter.add(1, { service, environment, check, verdict })
}
