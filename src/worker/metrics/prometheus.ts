import type { MetricsExporterConfig } from '@temporalio/worker'
import { histograms } from '../../domain/metrics.ts'

/** Temporal's own series keep the names that its published dashboards know; ours have their own buckets. */
export function prometheusAt(bindAddress: string): MetricsExporterConfig {
  const buckets = Object.entries(histograms).map(([name, histogram]): [string, number[]] => [
    name,
    [...histogram.buckets],
  ])
  return {
    attachServiceName: false,
    prometheus: { bindAddress, useSecondsForDurations: true, histogramBucketOverrides: Object.fromEntries(buckets) },
  }
}
