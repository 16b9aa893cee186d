import type { HostRecord, RollbackTarget } from '../../src/domain/host.ts'
import type { Marker } from '../../src/domain/marker.ts'
import type { RollbackStep } from '../../src/domain/rollback/plan.ts'
import { type Live, markerTextOn } from '../run/live.ts'
import { type Back, bringsBack, type Schema } from './back.ts'

/** What a rollback leaves: what is written down of it, and the hosts' new records. */
export type RollbackReport = {
  complete: boolean
  live: { version: string; commit: string } | null
  marker: Marker | null
  undone: readonly string[]
  schema: Schema
  /** What runs again; null: nothing did before. */
  again: Live | null
  /** Milliseconds since 1970: when the last step before the watching was proven. */
  provenAtMs: number
  records: ReadonlyMap<string, readonly HostRecord[]>
}

/** A rollback under way: its steps in their order, and how those that were taken have ended. */
export type Course = { back: Back; steps: readonly RollbackStep[]; settled: Map<string, Settled> }

/** How a step has ended; `held`: it waits for one that has failed. */
export type Settled = { state: 'done' | 'skipped' | 'failed' | 'held'; detail: string }

/** `complete`: nobody has given up. */
export function reportOf({ back, steps, settled }: Course, complete: boolean): RollbackReport {
  const undone = steps.flatMap((step) => {
    const outcome = settled.get(step.id)
    return outcome ? [`${step.id}: ${outcome.state}${outcome.detail ? `, ${outcome.detail}` : ''}`] : []
  })
  return {
    complete,
    live: back.live?.release ?? null,
    marker: markerAfter(back),
    undone,
    schema: back.schema,
    again: back.live,
    provenAtMs: back.provenAtMs,
    records: new Map([...back.way.targets].map(([host, target]) => [host, recordsAfter(back, host, target)])),
  }
}

/** The marker that was written, or the one that was there where nothing was switched. */
function markerAfter({ live, way }: Back): Marker | null {
  const [host] = way.undone.switched.length > 0 ? way.undone.switched : way.undone.hosts
  const text = live && host !== undefined ? markerTextOn(live, host) : ''
  return text === '' ? null : JSON.parse(text)
}

/** The version of record again: the old code and configuration, with the schema as it is now. */
function recordsAfter(back: Back, host: string, target: RollbackTarget): readonly HostRecord[] {
  const earlier = back.way.earlier.get(host) ?? []
  const record = bringsBack(back.way).get(host)
  if (!record) return earlier
  if (back.way.undone.only === 'configuration') {
    const configuration = back.live?.configuration.get(host) ?? record.configuration
    return [{ ...record, configuration }, ...(target.record ? [target.record] : []), ...earlier]
  }
  const kept = back.way.migrations.filter((migration) => back.schema.kept.includes(migration.name)).toReversed()
  const migrations = record.migrations === null ? null : [...(target.migrations ?? []), ...kept]
  const catalog = kept.length > 0 ? back.way.catalogAfter : target.catalog
  const below = back.way.undone.only === 'database' && target.record ? [target.record] : []
  return [{ ...record, migrations, catalog }, ...below, ...earlier]
}
