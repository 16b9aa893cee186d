import pg from 'pg'
import type { Catalog } from '../../src/domain/catalog/catalog.ts'
import { readCatalog } from './catalog/catalog.ts'
import { isAway } from './client.ts'
import type { MigrationSettings } from './tools/tool.ts'

/** What a build that failed or was cut off left: an index that slows every write and helps no query. Names as SQL. */
export function invalidIndexes(catalog: Catalog): string[] {
  return catalog.flatMap(({ kind, name, properties }) => (kind === 'index' && properties.valid === false ? [name] : []))
}

export function indexesIn(catalog: Catalog): string[] {
  return catalog.flatMap(({ kind, name }) => (kind === 'index' ? [name] : []))
}

/**
 * Removes the invalid indexes that were not there `before`, without keeping anybody from writing; an index that somebody
 * else is building now is theirs. Answers in words what was done; '': there were none. Again, it finds none.
 */
export async function removeInvalidIndexes(
  client: pg.ClientBase,
  settings: MigrationSettings,
  before: readonly string[],
): Promise<string> {
  const left = invalidIndexes(await readCatalog(client, settings)).filter((name) => !before.includes(name))
  const words: string[] = []
  for (const name of left) {
    if (!(await isAbandoned(client, name))) continue
    try {
      await client.query(`drop index concurrently if exists ${name}`)
      words.push(`it left index ${name} invalid, which is removed again`)
    } catch (error) {
      if (isAway(error) || !(error instanceof pg.DatabaseError)) throw error
      words.push(`it left index ${name} invalid (${error.message}): drop index concurrently ${name}, then try again`)
    }
  }
  return words.join('; ')
}

/** Still invalid, and nobody holds the lock that a build takes on its table (others than whose doing it was can hold it). */
async function isAbandoned(client: pg.ClientBase, index: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `select from pg_index x where indexrelid = to_regclass($1) and not indisvalid and not exists (
      select from pg_locks l join pg_stat_activity a using (pid)
      where l.locktype = 'relation' and l.relation = x.indrelid and l.mode = 'ShareUpdateExclusiveLock' and l.granted
        and l.database = (select oid from pg_database where datname = current_database())
        and l.pid <> pg_backend_pid() and a.backend_type is distinct from 'autovacuum worker')`,
    [index],
  )
  return rowCount === 1
}
