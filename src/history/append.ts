import type { Sample } from '../domain/check.ts'
import type { ItemRecord } from '../domain/checklist.ts'
import type { RunEvent } from '../domain/status.ts'
import { json, type Queryable, query, storable } from './query.ts'

/** Writes how the items stand. A late repetition never puts an older answer over a newer one. */
export async function upsertItems(db: Queryable, deployment: string, items: readonly ItemRecord[]): Promise<void> {
  const latest = [...new Map(items.map((item) => [item.item, item])).values()]
  await query(
    db,
    `insert into items (deployment, item, state, how, detail, by, claimed, via, note, link, at, answers)
     select $1, item, state, how, detail, by, claimed, via, note, link, at, answers
     from jsonb_to_recordset($2::jsonb) as given (item text, state text, how text, detail text, by text,
       claimed boolean, via text, note text, link text, at timestamptz, answers jsonb)
     on conflict (deployment, item) do update
     set state = excluded.state, how = excluded.how, detail = excluded.detail, by = excluded.by,
       claimed = excluded.claimed, via = excluded.via, note = excluded.note, link = excluded.link, at = excluded.at,
       answers = excluded.answers
     where items.at is null or excluded.at >= items.at`,
    [deployment, json(latest)],
  )
}

/** Events are numbered by their run: the same number twice is the same event. */
export async function insertEvents(db: Queryable, deployment: string, events: readonly RunEvent[]): Promise<void> {
  await query(
    db,
    `insert into events (deployment, seq, at, kind, text, data)
     select $1, seq, at, kind, text, data
     from jsonb_to_recordset($2::jsonb) as given (seq integer, at timestamptz, kind text, text text, data jsonb)
     on conflict (deployment, seq) do nothing`,
    [deployment, json(events)],
  )
}

/** What happened after a run had ended stands behind its own events. Twice: once. */
export async function insertLaterEvent(db: Queryable, deployment: string, event: Omit<RunEvent, 'seq'>): Promise<void> {
  const { at, kind, text, data } = event
  await query(
    db,
    `insert into events (deployment, seq, at, kind, text, data)
     select $1, coalesce(max(seq), 0) + 1, $2::timestamptz, $3, $4, $5::jsonb from events where deployment = $1
     having not coalesce(bool_or(at = $2::timestamptz and text = $4), false)`,
    [deployment, at, kind, storable(text), json(data)],
  )
}

export async function insertSamples(db: Queryable, deployment: string, samples: readonly Sample[]): Promise<void> {
  await query(
    db,
    `insert into samples (deployment, check_name, host, at, verdict, reason, took_ms)
     select $1, "check", coalesce(host, ''), at, verdict, reason, round("tookMs")
     from jsonb_to_recordset($2::jsonb) as given ("check" text, host text, at timestamptz, verdict text, reason jsonb,
       "tookMs" numeric)
     on conflict (deployment, check_name, host, at) do nothing`,
    [deployment, json(samples)],
  )
}

export async function readItems(db: Queryable, deployment: string): Promise<ItemRecord[]> {
  const rows = await query<Omit<ItemRecord, 'answers'> & { answers: ItemRecord['answers'] | null }>(
    db,
    `select item, state, how, detail, by, claimed, via, note, link, at, answers from items where deployment = $1
     order by array_position(array['pre', 'approval', 'override', 'during', 'post', 'manual'],
       split_part(item, '.', 1)), at, item`,
    [deployment],
  )
  return rows.map(({ answers, ...item }) => ({ ...item, ...(answers && { answers }) }))
}

export async function readEvents(db: Queryable, deployment: string): Promise<RunEvent[]> {
  return query<RunEvent>(db, 'select seq, at, kind, text, data from events where deployment = $1 order by seq', [
    deployment,
  ])
}

export async function readSamples(db: Queryable, deployment: string): Promise<Sample[]> {
  return query<Sample>(
    db,
    `select check_name as "check", nullif(host, '') as host, verdict, reason, at, took_ms as "tookMs"
     from samples where deployment = $1 order by at, check_name, samples.host`,
    [deployment],
  )
}
