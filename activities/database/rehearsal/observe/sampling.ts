import { setTimeout as pause } from 'node:timers/promises'
import { withClient } from '../../client.ts'
import type { Held } from './locks.ts'

/** Short enough to see what anybody would wait for, long enough to leave the server alone. */
const intervalMs = 5

/** Looks at the locks of everybody else in this database from a connection of its own, until it is ended. */
export function sampleLocks(url: string): { end(): Promise<Held[]> } {
  const seen = new Map<string, Held>()
  let isEnded = false
  const sampling = withClient(url, async (client) => {
    while (!isEnded) {
      const { rows } = await client.query<Held>(sample)
      for (const one of rows) seen.set(`${one.relation} ${one.mode}`, one)
      await pause(intervalMs)
    }
  })
  // Told by `end`; until then nobody waits for it.
  sampling.catch(() => undefined)
  return {
    async end() {
      isEnded = true
      await sampling
      return [...seen.values()]
    },
  }
}

const sample = `
select distinct relation::int8::text as relation, mode from pg_locks
where locktype = 'relation' and granted and pid <> pg_backend_pid()
  and database = (select oid from pg_database where datname = current_database())`
