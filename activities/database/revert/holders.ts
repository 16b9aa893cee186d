import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import { withClient } from '../client.ts'

/** Who was in the way of Belay's own sessions, and of the tools it runs, in words; null: nobody was seen. */
export type Holders = () => string | null

/**
 * Watches meanwhile, on a connection of its own, who blocks: only while somebody waits can the server tell. What cannot
 * be watched is not known, and stops nothing.
 */
export async function watchingHolders<T>(url: string, work: (holders: Holders) => Promise<T>): Promise<T> {
  const over = new AbortController()
  let last: string | null = null
  const watching = withClient(url, async (client) => {
    while (!over.signal.aborted) {
      last = (await holdersNow(client)) ?? last
      await pause(everyMs, undefined, { signal: over.signal }).catch(() => undefined)
    }
  }).catch(() => undefined)
  try {
    return await work(() => last)
  } finally {
    over.abort()
    await watching
  }
}

/** Four looks in the shortest wait for a lock; it costs the server one look at its list of sessions. */
const everyMs = 50

type Holder = { pid: number; application: string; role: string; since: Date | null; state: string; query: string }

async function holdersNow(client: pg.Client): Promise<string | null> {
  const { rows } = await client.query<Holder>(
    `select distinct blocker.pid, coalesce(nullif(holder.application_name, ''), 'no name') as application,
       coalesce(holder.usename, '') as role, holder.xact_start as since, coalesce(holder.state, '') as state,
       left(coalesce(holder.query, ''), 300) as query
     from pg_stat_activity waiting cross join unnest(pg_blocking_pids(waiting.pid)) as blocker(pid)
       left join pg_stat_activity holder on holder.pid = blocker.pid
     where waiting.datname = current_database() and waiting.application_name like 'belay%'
       and waiting.wait_event_type = 'Lock' and waiting.wait_event <> 'advisory'
     order by blocker.pid`,
  )
  return rows.length === 0 ? null : rows.slice(0, 3).map(holderWords).join('; ')
}

/** `pid 4711 (psql, role ann, idle in transaction since 2026-11-26T18:20:20Z): select * from users` */
function holderWords({ pid, application, role, since, state, query }: Holder): string {
  if (pid === 0) return 'a prepared transaction (see pg_prepared_xacts)'
  const when = since === null ? '' : ` since ${since.toISOString().replace(/\.\d+Z$/, 'Z')}`
  return `pid ${pid} (${application}, role ${role}, ${state}${when}): ${firstWords(query)}`
}

/** Values may be anybody's; what it does to which table is enough to know whom to ask. */
function firstWords(query: string): string {
  const plain = query.replace(/\$(\w*)\$[\s\S]*?(\$\1\$|$)/g, '?').replace(/'(?:[^']|'')*('|$)/g, '?')
  const line = plain
    .replace(/\b\d+(\.\d+)?\b/g, '?')
    .replace(/\s+/g, ' ')
    .trim()
  return line.length > 80 ? `${line.slice(0, 80)}...` : line
}
