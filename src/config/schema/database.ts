import { z } from 'zod'
import { described } from './described.ts'
import { duration } from './duration.ts'
import { relativePath } from './path.ts'
import { choice, text } from './text.ts'
import { postgresUrl } from './url.ts'

const identifier = (what: string) =>
  z.string({ error: `a ${what} name` }).regex(/^[A-Za-z_][A-Za-z0-9_$]{0,62}$/, { error: `a ${what} name` })

/** Long text on several lines, read by Postgres only. */
export function sql() {
  return z
    .string({ error: 'an SQL query' })
    .min(1, { error: 'an SQL query' })
    .max(10_000, { error: 'an SQL query of at most 10000 characters' })
    .refine((value) => !value.includes('\u0000') && !value.includes('${env:'), {
      error: 'an SQL query without NUL or ${env:NAME}',
    })
}

export const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()], {
  error: 'a text, a number, true, false or null',
})

const additive = z.union([choice(['all', 'none']), z.array(text('a migration name', 255))], {
  error: 'all, none, or a list of migration names',
})

const migrations = described(
  z.strictObject({
    tool: described(choice(['node-pg-migrate', 'sql']), '`sql`: pairs `NNN_name.up.sql` / `NNN_name.down.sql`.', 'sql'),
    directory: described(relativePath().prefault('migrations'), 'Where they are in the release.', 'migrations'),
    table: described(
      identifier('table').optional(),
      'History table; `pgmigrations` for node-pg-migrate, `schema_migrations` for sql when left out.',
      'pgmigrations',
    ),
    schema: described(identifier('schema').prefault('public'), 'Schema of the history table.', 'public'),
    additive: described(
      additive.prefault('none'),
      'Migrations the old release can live with: all, none, or their names. Anything else needs one host, or downtime.',
      'all',
    ),
    timeout: described(duration().prefault('10m'), 'How long all of them may take.', '10m'),
    lock_timeout: described(duration().prefault('5s'), 'How long one may wait for a lock.', '5s'),
  }),
  'How the schema changes.',
)

export const database = described(
  z
    .strictObject({
      url: described(postgresUrl(), "The service's database.", '${env:DATABASE_URL}'),
      migrations,
      integrity: described(
        z
          .array(
            described(
              z.strictObject({
                name: described(text('a name'), 'What the query proves.', 'no orphan subscriptions'),
                sql: described(
                  sql(),
                  'A query with one value.',
                  'select count(*) from subscriptions where user_id is null',
                ),
                expect: described(scalar, 'The value it must give.', 0),
              }),
              'A query, and the value that proves the data whole.',
            ),
          )
          .prefault([]),
        'Queries that prove the data is whole after a rollback.',
        [
          {
            name: 'no orphan subscriptions',
            sql: 'select count(*) from subscriptions where user_id is null',
            expect: 0,
          },
        ],
      ),
      on_rollback: described(
        choice(['revert_if_lossless', 'keep', 'ask', 'revert']).prefault('revert_if_lossless'),
        'What a rollback does with migrations: revert what loses no value, keep the schema, ask, or revert even so.',
        'revert_if_lossless',
      ),
    })
    .optional(),
  'The database and its migrations. Leave it out where releases bring none.',
  { url: '${env:DATABASE_URL}', migrations: { tool: 'sql' } },
)
