import type { Reading } from './snapshot-read.ts'

/** `asked`: how many could be read. `behind`: the columns, as SQL. */
export type Sequences = { asked: number; behind: string[] }

/**
 * Every sequence that belongs to a whole-number column, held against that column: its next value must lie beyond every
 * value there. Never equality: a rolled back insert leaves a gap. The column is read in the snapshot and the sequence as
 * it is now, so that what runs meanwhile cannot look like a defect. One that cannot be read is not counted. `own`: the
 * migration tool's table, whose numbers are the tool's business.
 */
export async function readSequences(reading: Reading, own: { schema: string; table: string }): Promise<Sequences> {
  const { rows: owned } = await reading.client.query<Owned>(ownedSequences, [own.schema, own.table])
  const found: Sequences = { asked: 0, behind: [] }
  for (let at = 0; at < owned.length; at += together) {
    for (const state of await statesOf(reading, owned.slice(at, at + together))) {
      found.asked += 1
      if (isBehind(state)) found.behind.push(state.column)
    }
  }
  return found
}

/** In one statement; more of them save no time. */
const together = 50

/** `up`: it counts upwards. All names are SQL. */
type Owned = { sequence: string; source: string; column: string; up: boolean }

type State = { column: string; up: boolean; last: string; called: boolean; reached: string | null }

/** A sequence that turns over gives values again on purpose. */
const ownedSequences = `
select format('%I.%I', sn.nspname, s.relname) as sequence, format('%I.%I', tn.nspname, t.relname) as source,
  quote_ident(a.attname) as column, q.seqincrement > 0 as up
from pg_sequence q join pg_class s on s.oid = q.seqrelid join pg_namespace sn on sn.oid = s.relnamespace
join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = s.oid and d.refclassid = 'pg_class'::regclass
  and d.deptype in ('a', 'i') and d.refobjsubid > 0
join pg_class t on t.oid = d.refobjid and t.relkind in ('r', 'p') join pg_namespace tn on tn.oid = t.relnamespace
join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
where not q.seqcycle and a.atttypid in ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) and not (tn.nspname = $1 and t.relname = $2)
order by 2, 3`

/** All at once; where that fails, one by one, for those that can be read. */
async function statesOf(reading: Reading, owned: readonly Owned[]): Promise<State[]> {
  const query = owned.map(stateQuery).join('\nunion all ')
  const answer = await reading.attempt(() => reading.client.query<State>(query))
  if (!('failed' in answer)) return answer.rows
  if (owned.length <= 1) return []
  const each = []
  for (const one of owned) each.push(...(await statesOf(reading, [one])))
  return each
}

function stateQuery({ sequence, source, column, up }: Owned): string {
  const name = `${source}.${column}`.replaceAll("'", "''")
  return `select '${name}' as column, ${up} as up, last_value::text as last, is_called as called,
    (select ${up ? 'max' : 'min'}(${column}) from ${source})::text as reached from ${sequence}`
}

function isBehind({ up, last, called, reached }: State): boolean {
  if (reached === null) return false
  const ahead = up ? BigInt(last) - BigInt(reached) : BigInt(reached) - BigInt(last)
  return called ? ahead < 0n : ahead <= 0n
}
