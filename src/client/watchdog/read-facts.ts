import type { Client } from '@temporalio/client'
import { hostTaskQueue, taskQueue } from '../../domain/id.ts'
import type { Facts, OpenFacts } from '../../domain/watchdog/facts.ts'
import { lastPollMs } from '../workers.ts'
import { failedNotices } from './failed-notices.ts'
import { openFacts } from './open-facts.ts'
import { terminatedRuns } from './terminated-runs.ts'

type Looking = { now: () => Date; sinceMs: number }

/** Reads what the watchdog judges; changes nothing and needs no worker. Throws what Temporal answers instead. */
export async function readFacts(client: Client, looking: Looking): Promise<Facts> {
  const { now, sinceMs } = looking
  const notices = await failedNotices(client, Math.max(sinceMs, now().getTime() - noticeAgeMs))
  return { ...(await readRunFacts(client, looking)), failedNotices: notices }
}

/** Likewise, of the deployments and rollbacks alone: each notice that failed costs a call more. */
export async function readRunFacts(client: Client, { now, sinceMs }: Looking): Promise<Omit<Facts, 'failedNotices'>> {
  const open = await openFacts(client)
  const terminated = await terminatedRuns(client, sinceMs)
  return {
    open,
    polledAtMs: await polls(client, open),
    terminated,
    // Last: nothing that was read is from the future.
    nowMs: now().getTime(),
  }
}

/** A day: nobody can answer a notice that was lost, and an alarm that never ends is no alarm. */
const noticeAgeMs = 24 * 60 * 60_000

async function polls(client: Client, open: readonly OpenFacts[]): Promise<Map<string, number | null>> {
  const found = new Map<string, number | null>()
  if (open.length > 0) found.set(taskQueue, await lastPollMs(client, taskQueue, 1))
  for (const host of new Set(open.flatMap((run) => run.plan?.hosts ?? []))) {
    found.set(hostTaskQueue(host), await lastPollMs(client, hostTaskQueue(host), 2))
  }
  return found
}
