import { setTimeout as pause } from 'node:timers/promises'
import type { Client } from '@temporalio/client'
import type { MetricMeter } from '@temporalio/common'
import type { Logger } from 'pino'
import { readRunFacts } from '../../client/watchdog/read-facts.ts'
import { type GaugeName, gauges } from '../../domain/metrics.ts'
import { countRuns, type Series } from './count-runs.ts'

/**
 * Asks Temporal now and then what is open and how it stands. Every worker says the same: take the `max` of them. While
 * Temporal does not answer the gauges keep their values, and the time of the last answer stands still.
 */
export function measureOpenRuns(
  client: Client,
  meter: Pick<MetricMeter, 'createGauge'>,
  { central, logger, clock }: { central?: unknown; logger: Logger; clock: () => Date },
): { stop(): void } {
  const gauge = (name: GaugeName) => meter.createGauge(name, 'int', '', gauges[name])
  gauge('belay_info').set(1, { role: central ? 'worker' : 'agent' })
  if (!central) return { stop: () => undefined }
  const open = kept(gauge('belay_open_runs'))
  const waiting = kept(gauge('belay_waiting_runs'))
  const stalled = kept(gauge('belay_stalled_runs'))
  const halfWay = kept(gauge('belay_half_way_runs'))
  const asked = gauge('belay_runs_asked_timestamp_seconds')
  const ask = async () => {
    const sinceMs = clock().getTime() - halfWayAgeMs
    const facts = await client.withDeadline(Date.now() + askLimitMs, () =>
      readRunFacts(client, { now: clock, sinceMs }),
    )
    const counted = countRuns(facts)
    open(counted.open)
    waiting(counted.waiting)
    stalled(counted.stalled)
    halfWay(counted.halfWay)
    asked.set(Math.floor(facts.nowMs / 1_000))
  }
  return every(intervalMs, ask, (error) => logger.warn({ error: String(error) }, 'open runs could not be counted'))
}

/** Each look costs some calls a run, in every worker; alerts wait for minutes, so that a minute is soon enough. */
const intervalMs = 60_000
const askLimitMs = 30_000
/** As far as `belay watchdog` looks back. */
const halfWayAgeMs = 7 * 24 * 60 * 60_000

/** A series that is gone is told as zero: a gauge would say for ever what it said last. */
function kept(gauge: ReturnType<MetricMeter['createGauge']>): (series: readonly Series[]) => void {
  const known = new Map<string, Series['labels']>()
  return (series) => {
    const now = new Map(series.map((one) => [JSON.stringify(one.labels), one]))
    for (const [key, labels] of known) if (!now.has(key)) gauge.set(0, labels)
    for (const [key, { labels, value }] of now) {
      known.set(key, labels)
      gauge.set(value, labels)
    }
  }
}

/** At once, then after each pause; one at a time. */
function every(pauseMs: number, work: () => Promise<void>, onError: (error: unknown) => void): { stop(): void } {
  const stopped = new AbortController()
  const { signal } = stopped
  const go = async () => {
    for (; !signal.aborted; await pause(pauseMs, null, { signal }).catch(() => null)) await work().catch(onError)
  }
  void go()
  return { stop: () => stopped.abort() }
}
