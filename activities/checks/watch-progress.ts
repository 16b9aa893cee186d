import { isRecord } from '../../src/domain/is-record.ts'
import type { WatchProgress } from './watch-slice.ts'

/** What an earlier attempt of the same slice left in its heartbeat; null: nothing that can be used. */
export function parseProgress(details: unknown): WatchProgress | null {
  if (!isRecord(details) || typeof details.from !== 'string' || !isRecord(details.checks)) return null
  const checks = Object.entries(details.checks).flatMap(([name, count]) => {
    const good = parseCount(count)
    return good ? [[name, good] as const] : []
  })
  return { from: details.from, checks: Object.fromEntries(checks) }
}

function parseCount(count: unknown): WatchProgress['checks'][string] | null {
  if (!isRecord(count) || typeof count.passed !== 'number') return null
  const { passed, data } = count
  const dueMs = typeof count.dueMs === 'number' ? count.dueMs : null
  if (data === null) return { passed, dueMs, data }
  if (!isRecord(data)) return null
  const { firstMs, lastMs, lostMs } = data
  if (typeof firstMs !== 'number' || typeof lastMs !== 'number' || typeof lostMs !== 'number') return null
  return { passed, dueMs, data: { firstMs, lastMs, lostMs } }
}
