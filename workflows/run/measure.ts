import { metricMeter, workflowInfo } from '@temporalio/workflow'
import { type CounterName, counters, type HistogramName, histograms } from '../../src/domain/metrics.ts'
import type { Outcome, Phase } from '../../src/domain/outcome.ts'
import type { Run } from './run.ts'

/** Once for every run, whatever its end. Nothing here is a command: a replay neither counts again nor differs. */
export function measureEnd(run: Run, outcome: Outcome): void {
  const labels = { ...placeOf(run), outcome, kind: run.startedAs }
  count('belay_deployments_total', labels)
  observe('belay_deployment_duration_seconds', Date.now() - workflowInfo().startTime.getTime(), labels)
  measurePhase(run, 'recording')
}

/** The phase a run is about to leave, and since when it was in it. */
export function measurePhase(run: Run, phase: Phase): void {
  const spentMs = Date.now() - run.phaseSinceMs
  const place = placeOf(run)
  observe('belay_phase_duration_seconds', spentMs, { ...place, phase })
  const { outcome } = run
  const over = outcome === 'ROLLED_BACK' || outcome === 'ROLLBACK_FAILED'
  if (phase === 'rollback' && over) observe('belay_rollback_duration_seconds', spentMs, { ...place, outcome })
}

export function measureSignOff(run: Run, at: 'gate' | 'after', sinceMs: number): void {
  observe('belay_sign_off_wait_seconds', Date.now() - sinceMs, { ...placeOf(run), at })
}

type Labels = Readonly<Record<string, string>>

function placeOf({ plan: { service, environment } }: Run): Labels {
  return { service, environment }
}

function count(name: CounterName, labels: Labels): void {
  metricMeter.createCounter(name, '', counters[name]).add(1, labels)
}

function observe(name: HistogramName, spentMs: number, labels: Labels): void {
  metricMeter
    .createHistogram(name, 'float', 's', histograms[name].description)
    .record(Math.max(0, spentMs) / 1_000, labels)
}
