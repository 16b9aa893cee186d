import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { historyRefusals } from '../../../activities/database/apply/refusals.ts'
import { planRevert } from '../../../activities/database/revert/revert-plan.ts'
import { toolFor } from '../../../activities/database/tools/tools.ts'
import type { DatabasePlan } from '../../../src/domain/plan.ts'
import { withClient } from '../world.ts'
import { freshWorlds } from './shop.ts'

/*
 * What may be wrong with the files and the history of a migration, for each tool, in its own words. Where the tools differ
 * the table says it; the old checkout has a file of its own.
 */

type Files = Record<string, string>
/** `down`: null: there is none. */
type Written = (name: string, up: string, down: string | null, comment?: string) => Files

type Tool = {
  of: string
  tool: DatabasePlan['migrations']['tool']
  table?: string
  written: Written
  /** Programs run where they lie in the release; the rest runs from the snapshot. */
  scripts?: true
  /** What the review says of one without a down; dbmate would refuse it half way. */
  missing: { notices: string[]; refusals: string[] }
  /** What a comment in an applied file is. */
  comment: 'notice' | 'refusal'
}

const notice = '002_trial: expected a down migration, got none; on a rollback the schema is kept'
const gone = { notices: [notice], refusals: [] }

const pairs: Written = (name, up, down, comment = '') => ({
  [`${name}.up.sql`]: `${comment}${up};\n`,
  ...(down !== null && { [`${name}.down.sql`]: down === '' ? '-- later\n' : `${down};\n` }),
})
const folders: Written = (...given) =>
  Object.fromEntries(
    Object.entries(pairs(...given)).map(([path, text]) => [path.replace(/\.(up|down)\./, '/$1.'), text]),
  )
const dbmate: Written = (name, up, down, comment = '') => ({
  [`${name}.sql`]: `-- migrate:up\n${comment}${up};\n${down === null ? '' : `-- migrate:down\n${down === '' ? '' : `${down};\n`}`}`,
})
const script: Written = (name, up, down, comment = '') => {
  const back =
    down === '' ? 'exports.down = (pgm) => {}\n' : `exports.down = (pgm) => pgm.sql(${JSON.stringify(down)})\n`
  const words = comment.replace('--', '//')
  return {
    [`${name}.js`]: `${words}exports.up = (pgm) => pgm.sql(${JSON.stringify(up)})\n${down === null ? 'exports.down = false\n' : back}`,
  }
}
const sqlScript: Written = (name, up, down, comment = '') => ({
  [`${name}.sql`]: `-- Up Migration\n${comment}${up};\n${down === null ? '' : `-- Down Migration\n${down === '' ? '' : `${down};\n`}`}`,
})

const tools: readonly Tool[] = [
  { of: 'pairs of SQL', tool: 'sql', written: pairs, missing: gone, comment: 'notice' },
  {
    of: 'folders with Diesel’s history',
    tool: 'sql',
    table: '__diesel_schema_migrations',
    written: folders,
    missing: gone,
    comment: 'notice',
  },
  {
    of: 'dbmate',
    tool: 'dbmate',
    written: dbmate,
    missing: {
      notices: [notice],
      refusals: [
        '002_trial: 002_trial.sql: expected a line "-- migrate:down", got none; dbmate wants one, empty where nothing goes back',
      ],
    },
    comment: 'notice',
  },
  {
    of: 'scripts of node-pg-migrate',
    tool: 'node-pg-migrate',
    written: script,
    scripts: true,
    missing: {
      notices: [
        '002_trial: expected a down migration, but its author has disabled it; on a rollback the schema is kept',
      ],
      refusals: [],
    },
    comment: 'notice',
  },
  {
    of: 'SQL of node-pg-migrate',
    tool: 'node-pg-migrate',
    written: sqlScript,
    scripts: true,
    missing: gone,
    comment: 'notice',
  },
  { of: 'a foreign tool', tool: 'commands', written: pairs, scripts: true, missing: gone, comment: 'refusal' },
]

describe.each(tools)('$of', ({ tool, table, written, scripts, missing, comment }) => {
  const fresh = freshWorlds(tool)
  const world = () => {
    if (table) fresh().database.migrations.table = table
    return fresh()
  }
  const users = written('001_users', 'create table users (id int primary key)', 'drop table users')
  const up = 'alter table users add column trial date'
  const down = 'alter table users drop column trial'
  const deployed = async () =>
    await world().deploy(await world().release('1.0.0', { ...users, ...written('002_trial', up, down) }))

  test('a down that is missing or empty is said at the review, and is not run', async () => {
    const without = await world().review(
      await world().release('0.1.0', { ...users, ...written('002_trial', up, null) }),
    )
    expect(without).toMatchObject(missing)

    const empty = await world().deploy(await world().release('1.0.0', { ...users, ...written('002_trial', up, '') }))
    const words =
      '002_trial: expected a down migration, got an empty one: it would be told as reverted, and everything would still be there'
    expect(empty.review).toMatchObject({ notices: [`${words}; on a rollback the schema is kept`], refusals: [] })
    const result = await world().revert(empty, { onLoss: 'lose' })
    expect(result).toMatchObject({ reverted: [], failure: { message: words } })
    expect(await world().query('select trial from users')).toEqual([])
  })

  test('an edited statement is refused before anything runs, an edited comment is named as one', async () => {
    const { migrations } = await deployed()
    const edited = { ...users, ...written('002_trial', 'alter table users add column trial timestamptz', down) }
    const words = '002_trial was changed after it was applied: restore the file, and write a new migration instead'
    expect(await world().review(await world().release('1.1.0', edited), { known: migrations })).toMatchObject({
      refusals: [words],
    })
    const commented = { ...users, ...written('002_trial', up, down, '-- asked for by sales\n') }
    expect(await world().review(await world().release('1.2.0', commented), { known: migrations })).toMatchObject(
      comment === 'refusal'
        ? { refusals: [words] }
        : { refusals: [], notices: ['002_trial: only comments were changed since it was applied'] },
    )
  })

  test('whatever happens to the live release’s files, nothing but what was applied goes back', async () => {
    const live = await deployed()
    const place = join(live.migrations[0]?.releaseDirectory ?? '', 'migrations')
    for (const [path, text] of Object.entries(written('002_trial', up, 'drop table users cascade')))
      await writeFile(join(place, path), text)
    for (const path of Object.keys(users)) await rm(join(place, path))
    const result = await world().revert(live)
    if (!scripts) {
      expect(result).toMatchObject({ reverted: ['002_trial', '001_users'], catalogRestored: true, failure: null })
      return
    }
    expect(result).toMatchObject({ reverted: [], kept: ['002_trial', '001_users'] })
    expect(result.failure?.message).toMatch(
      /^00[12]_.* in .*1\.0\.0.*(is not what was applied|got none).*snapshot|copy it back from/,
    )
    expect(await world().query('select trial from users')).toEqual([])
  })

  test('a mark of a run that failed half way stops a deployment and a revert before anything runs', async () => {
    const { directory, url, database, environment } = world()
    const settings = { ...database.migrations, additive: 'all' as const, commands: undefined }
    const words = 'version 1 is dirty: finish it by hand'
    const dirty = { ...toolFor(settings), dirty: async () => words }
    const order = {
      deployment: 'd1',
      directory,
      settings,
      migrations: [],
      before: null,
      after: null,
      onLoss: 'lose' as const,
    }
    await withClient(url, async (client) => {
      const history = { owners: [], vanished: [], catalog: [] }
      expect(await historyRefusals({ client, tool: dirty, settings, directory }, history)).toEqual([words])
      expect(await planRevert({ client, url, environment }, dirty, order)).toEqual({ refused: words })
    })
  })
})
