import { z } from 'zod'
import { command } from './command.ts'
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

const commands = described(
  z
    .strictObject({
      applied: described(command(), 'Prints the names of what is applied, one a line, oldest first.', [
        './migrate',
        'applied',
      ]),
      pending: described(command(), 'Prints the names of what is pending, one a line, oldest first.', [
        './migrate',
        'pending',
      ]),
      apply: described(command(), 'Applies the one migration `{name}`.', ['./migrate', 'up', '{name}']),
      revert: described(command(), 'Reverts the one migration `{name}`.', ['./migrate', 'down', '{name}']),
    })
    .optional(),
  'With `tool: commands`: what to run, in the directory of the release, with the address of the database in DATABASE_URL.',
  {
    applied: ['./migrate', 'applied'],
    pending: ['./migrate', 'pending'],
    apply: ['./migrate', 'up', '{name}'],
    revert: ['./migrate', 'down', '{name}'],
  },
)

const migrations = described(
  z
    .strictObject({
      tool: described(
        choice(['node-pg-migrate', 'dbmate', 'sql', 'commands']),
        '`sql`: files of up and down, run by Belay, as pairs (`001_a.up.sql`, `V0001.A.up.sql`) or in folders (`001_a/up.sql`). `commands`: any other tool.',
        'sql',
      ),
      commands,
      directory: described(relativePath().prefault('migrations'), 'Where they are in the release.', 'migrations'),
      table: described(
        identifier('table').optional(),
        'History table, left out of every comparison; `pgmigrations` for node-pg-migrate, `schema_migrations` for the others when left out. With sql it may be that of Diesel.',
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
    })
    .superRefine(({ tool, commands: given }, context) => {
      if ((tool === 'commands') === (given !== undefined)) return
      const message = given === undefined ? 'commands beside tool: commands' : 'commands only beside tool: commands'
      context.addIssue({ code: 'custom', message, path: ['commands'] })
    }),
  'How the schema changes.',
)

const rehearsal = described(
  z
    .strictObject({
      url: described(
        postgresUrl().optional(),
        'A server of the same major as the database, on which databases may be made and dropped; the embedded one when left out.',
        '${env:SCRATCH_DATABASE_URL}',
      ),
      data: described(
        relativePath().optional(),
        'SQL of the release, loaded before the pending migrations are tried, so that they meet rows.',
        'test/rehearsal.sql',
      ),
      old_release: described(
        z
          .strictObject({
            queries: described(
              z
                .array(
                  described(
                    z.strictObject({
                      name: described(text('a name'), 'What the query does.', 'sign in'),
                      sql: described(sql(), 'The query.', 'select id, name from users where email is not null'),
                    }),
                    'A query of the old release.',
                  ),
                )
                .prefault([]),
              'Queries of the release that is live now.',
              [{ name: 'sign in', sql: 'select id, name from users where email is not null' }],
            ),
            command: described(
              command().optional(),
              'Run in the directory of the release that is live now; the database url is that of the migrated scratch database.',
              ['node', 'health-check.js'],
            ),
          })
          .prefault({}),
        'What the live release must still be able to do on the migrated schema: proves that the migrations are additive.',
        { queries: [{ name: 'sign in', sql: 'select id, name from users where email is not null' }] },
      ),
      timeout: described(duration().prefault('10m'), 'How long a rehearsal may take.', '10m'),
    })
    .prefault({}),
  'How migrations are tried on a scratch database: forth, back and forth again.',
  { url: '${env:SCRATCH_DATABASE_URL}' },
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
      integrity_level: described(
        choice(['fast', 'exact']).prefault('fast'),
        'What is proven of the rows: `fast` counts them and looks at the structure, `exact` hashes every row of the tables the migrations touch.',
        'exact',
      ),
      rehearsal,
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
