import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sqlPairs } from '../../../activities/database/tools/sql-pairs.ts'
import { createWorld, type DatabaseWorld, withClient } from '../world.ts'

/*
 * A rollback goes to the old release, and whoever runs its tool in the old release's directory meets a database with a
 * migration that this directory does not know. Tools then revert another one, or nothing, or only their own history, and
 * say that all is well.
 */

const run = promisify(execFile)

const pairs = {
  '001_users.up.sql': 'create table users (name text);',
  '001_users.down.sql': 'drop table users;',
  '005_trial.up.sql': 'alter table users add column trial date;',
  '005_trial.down.sql': 'alter table users drop column trial;',
}

type Checkout = { old: Record<string, string>; added: Record<string, string>; names: [string, string] }

const dbmate: Checkout = {
  names: ['001_users', '005_trial'],
  old: { '001_users.sql': '-- migrate:up\ncreate table users (name text);\n-- migrate:down\ndrop table users;' },
  added: {
    '005_trial.sql':
      '-- migrate:up\nalter table users add column trial date;\n-- migrate:down\nalter table users drop column trial;',
  },
}
const nodePgMigrate: Checkout = {
  names: ['1_users', '5_trial'],
  old: {
    '1_users.js': `exports.up = (pgm) => pgm.createTable('users', { name: 'text' })
      exports.down = (pgm) => pgm.dropTable('users')`,
  },
  added: {
    '5_trial.js': `exports.up = (pgm) => pgm.addColumns('users', { trial: 'date' })
      exports.down = (pgm) => pgm.dropColumns('users', ['trial'])`,
  },
}
const sql: Checkout = {
  names: ['001_users', '005_trial'],
  old: only(pairs, '001'),
  added: only(pairs, '005'),
}
const diesel: Checkout = { ...sql, old: inFolders(sql.old), added: inFolders(sql.added) }

type Start = { world: DatabaseWorld; oldRelease: string; names: [string, string] }

const cases = [
  { tool: 'dbmate', of: 'dbmate', files: dbmate, bare: bareDbmate },
  { tool: 'node-pg-migrate', of: 'node-pg-migrate', files: nodePgMigrate, bare: bareNodePgMigrate },
  { tool: 'sql', of: 'pairs of SQL', files: sql, bare: barePairs },
  { tool: 'sql', of: 'folders of SQL with Diesel’s history', files: diesel, bare: barePairs },
  { tool: 'commands', of: 'a foreign tool', files: sql, bare: bareForeign },
] as const

describe.each(cases)('the old checkout of $of', ({ tool, of, files, bare }) => {
  let start: Start

  beforeEach(async () => {
    const world = await createWorld(tool)
    if (of.includes('Diesel')) world.database.migrations.table = '__diesel_schema_migrations'
    const oldRelease = await world.release('1.0.0', files.old)
    start = { world, oldRelease, names: [...files.names] }
  })

  afterEach(async () => {
    await start.world.stop()
  })

  test('is refused in words before anything runs', async () => {
    const { world, oldRelease, names } = start
    await world.deploy(oldRelease)
    await world.deployment('d2')
    const deployed = await world.deploy(await world.release('1.1.0', { ...files.old, ...files.added }))
    expect(deployed.result).toMatchObject({ applied: [names[1]], history: names, failure: null })
    const fromOld = { ...deployed, migrations: [{ name: names[1], releaseDirectory: oldRelease }] }
    const result = await world.revert(fromOld, { onLoss: 'lose' })
    expect(result).toMatchObject({ reverted: [], kept: [names[1]], losses: [], catalogRestored: false })
    expect(result.failure?.message).toMatch(new RegExp(`${names[1]}.*expected its file .*got none`))
    expect(await state(world)).toEqual({ users: true, trial: true, applied: names.map(versionOf) })
    // From the release that applied it the same revert works.
    expect(await world.revert(deployed, { attempt: 2 })).toMatchObject({ reverted: [names[1]], catalogRestored: true })
  })

  test('is no match for a bare tool', async () => {
    const { world, oldRelease } = start
    await world.deploy(await world.release('1.1.0', { ...files.old, ...files.added }))
    await bare({ ...start, oldRelease })
  })
})

/** Exit code 0, and the table of 001 is gone with all its rows. */
async function bareDbmate({ world, oldRelease }: Start): Promise<void> {
  const program = resolve('node_modules/.bin/dbmate')
  const args = ['--no-dump-schema', '--migrations-dir', 'migrations', 'rollback']
  const env = { ...process.env, DATABASE_URL: `${world.url}?sslmode=disable` }
  const { stdout } = await run(program, args, { cwd: oldRelease, env })
  expect(stdout).toContain('Rolled back: 001_users.sql')
  expect(await state(world)).toEqual({ users: false, trial: false, applied: ['005'] })
}

/** Exit code 0, and nothing was reverted. */
async function bareNodePgMigrate({ world, oldRelease }: Start): Promise<void> {
  const program = resolve('node_modules/.bin/node-pg-migrate')
  const args = ['down', '--timestamp', '5', '--no-check-order']
  await run(program, args, { cwd: oldRelease, env: { ...process.env, DATABASE_URL: world.url } })
  expect(await state(world)).toEqual({ users: true, trial: true, applied: ['1', '5'] })
}

/** Even the last step does not take a file that is missing for an empty one. */
async function barePairs({ world, oldRelease, names }: Start): Promise<void> {
  const settings = world.database.migrations
  const ran = await withClient(world.url, async (client) => {
    const release = { releaseDirectory: oldRelease, settings }
    const target = { client, url: world.url, environment: world.environment }
    const [file] = await sqlPairs.files(release, target)
    if (!file) throw new Error('no file')
    const asked = { ...release, ...target, file: { ...file, name: names[1] }, earlier: null }
    return await sqlPairs.down({ ...asked, note: async () => undefined }).catch(String)
  })
  expect(ran).toContain('005_trial: expected its down, got no such file')
  expect(await state(world)).toEqual({ users: true, trial: true, applied: ['001', '005'] })
}

/** Exit code 0, and the history says that it was reverted while the column is still there. */
async function bareForeign({ world, oldRelease }: Start): Promise<void> {
  const env = { ...process.env, DATABASE_URL: world.url }
  const { stdout } = await run('./migrate.js', ['down', '005_trial'], { cwd: oldRelease, env })
  expect(stdout).toContain('down 005_trial: OK')
  expect(await state(world)).toEqual({ users: true, trial: true, applied: ['001'] })
}

async function state(world: DatabaseWorld) {
  const { table } = world.database.migrations
  const [row] = await world.query<{ users: boolean; trial: boolean; applied: string[] }>(
    `select to_regclass('users') is not null as users,
       exists (select from information_schema.columns where table_name = 'users' and column_name = 'trial') as trial,
       (select array_agg(coalesce(to_jsonb(t) ->> 'version', to_jsonb(t) ->> 'name')) from ${table} t) as applied`,
  )
  return row && { ...row, applied: row.applied.map(versionOf).sort() }
}

function versionOf(name: string): string {
  return /^\d+/.exec(name)?.[0] ?? name
}

function only(files: Record<string, string>, prefix: string): Record<string, string> {
  return Object.fromEntries(Object.entries(files).filter(([name]) => name.startsWith(prefix)))
}

function inFolders(files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [name.replace(/\.(up|down)\./, '/$1.'), text]))
}
