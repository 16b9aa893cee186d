import { setTimeout as pause } from 'node:timers/promises'
import type { Client } from '@temporalio/client'
import { defineSearchAttributeKey, type MetricMeter, SearchAttributeType } from '@temporalio/common'
import type { Logger } from 'pino'
import { type GaugeName, gauges } from '../../domain/metrics.ts'

/**
 * Asks Temporal now and then how many runs are open and how many wait for a person. Every worker says the same: take the
 * `max` of them. While Temporal does not answer the gauges keep their values, and the time of the last answer stands still.
 */
export function measureOpenRuns(
  client: Client,
  meter: MetricMeter,
  { central, logger }: { central?: unknown; logger: Logger },
): { stop(): void } {
  const gauge = (name: GaugeName) => meter.createGauge(name, 'int', '', gauges[name])
  gauge('belay_info').set(1, { role: central ? 'worker' : 'agent' })
  if (!central) return { stop: () => undefined }
  const set = { open: gauge('belay_open_runs'), waiting: gauge('belay_waiting_runs') }
  const asked = gauge('belay_runs_asked_timestamp_seconds')
  const known = new Map<string, Counted>()
  const ask = async () => {
    for (const one of known.values()) Object.assign(one, { open: 0, waiting: 0 })
    await countOpen(client, known)
    for (const { labels, open, waiting } of known.values()) {
      set.open.set(open, labels)
      set.waiting.set(waiting, labels)
    }
    asked.set(Math.floor(Date.now() / 1_000))
  }
  return every(intervalMs, ask, (error) => logger.warn({ error: String(error) }, 'open runs could not be counted'))
}

/** As often as Prometheus usually asks. */
const intervalMs = 15_000

type Counted = { labels: { service: string; environment: string }; open: number; waiting: number }

async function countOpen(client: Client, known: Map<string, Counted>): Promise<void> {
  const query = "ExecutionStatus='Running' AND WorkflowId STARTS_WITH 'deploy:'"
  for await (const { workflowId, typedSearchAttributes } of client.workflow.list({ query })) {
    const [, service = '', environment = ''] = workflowId.split(':')
    const counted = known.get(workflowId) ?? { labels: { service, environment }, open: 0, waiting: 0 }
    known.set(workflowId, counted)
    counted.open += 1
    if ((typedSearchAttributes.get(waitingKey) ?? 'nobody') !== 'nobody') counted.waiting += 1
  }
}

const waitingKey = defineSearchAttributeKey('BelayWaitingFor', SearchAttributeType.KEYWORD)

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
