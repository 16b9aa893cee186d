import type pg from 'pg'
import { qualified } from '../client.ts'
import type { MigrationSettings } from './tool.ts'

/** The columns of the configured history table; empty: there is no such table. */
export async function historyColumns(client: pg.ClientBase, settings: MigrationSettings): Promise<string[]> {
  const { rows } = await client.query<{ column: string }>(
    `select attname as column from pg_attribute
     where attrelid = to_regclass($1) and attnum > 0 and not attisdropped`,
    [qualified(settings)],
  )
  return rows.map((row) => row.column)
}

/** Somebody else's table of the same name is not taken for ours. */
export function foreignTable(
  { schema, table }: MigrationSettings,
  expected: string,
  missing: readonly string[],
): Error {
  return new Error(
    `${schema}.${table}: expected ${expected}, got one without ${missing.join(', ')}; name another in database.migrations.table`,
  )
}

/**
 * Names for a history that holds versions only: by the release's files and the names that are remembered. A version
 * that neither knows keeps itself as its name, which is no file's. Throws where they disagree.
 */
export function namesOfVersions(
  versions: readonly string[],
  { own, known }: { own: readonly string[]; known: readonly string[] },
  versionOf: (name: string) => string,
): string[] {
  return versions.map((version) => {
    const [remembered] = known.filter((name) => versionOf(name) === version)
    const [named] = own.filter((name) => versionOf(name) === version)
    if (remembered !== undefined && named !== undefined && remembered !== named) {
      throw new Error(
        `${version} was applied as ${remembered}, and the release calls it ${named}: give it its name back`,
      )
    }
    return remembered ?? named ?? version
  })
}
