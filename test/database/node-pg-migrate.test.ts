import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrateStep } from '../../activities/database/run-programs.ts'
import { eventually } from '../support/eventually.ts'
import { createWorld, type DatabaseWorld, withClient } from './world.ts'

let world: DatabaseWorld

beforeEach(async () => {
  world = await createWorld('node-pg-migrate')
})

afterEach(async () => {
  await world.stop()
})

const users = {
  '1_users.js': `
    exports.up = (pgm) => pgm.createTable('users', { id: 'id', name: { type: 'text', notNull: true } })
    exports.down = (pgm) => pgm.dropTable('users')`,
}
const trial = {
  '2_trial.js': `
    exports.up = (pgm) => pgm.addColumn('users', { trial_ends_at: { type: 'date' } })
    exports.down = (pgm) => pgm.dropColumn('users', 'trial_ends_at')`,
}

test('the release’s own tool applies what is pending, one by one, and takes it back', async () => {
  const release = await world.release('1.0.0', { ...users, ...trial })
  const deployed = await world.deploy(release)
  expect(deployed.result).toMatchObject({
    applied: ['1_users', '2_trial'],
    history: ['1_users', '2_trial'],
    failure: null,
  })
  expect(deployed.review).toMatchObject({ withoutDown: [], refusals: [], unknown: [] })
  const result = await world.revert(deployed)
  expect(result).toEqual({
    reverted: ['2_trial', '1_users'],
    kept: [],
    losses: [],
    catalogRestored: true,
    difference: [],
    failure: null,
    unchanged: false,
  })
  expect(await world.revert(deployed, { attempt: 2 })).toEqual(result)
})

test('values in what would be dropped keep the schema', async () => {
  await world.deploy(await world.release('1.0.0', users))
  await world.deployment('d2')
  const deployed = await world.deploy(await world.release('1.1.0', { ...users, ...trial }))
  await world.query(`insert into users (name, trial_ends_at) values ('a', '2024-01-01'), ('b', null)`)
  expect(await world.revert(deployed)).toMatchObject({
    reverted: [],
    kept: ['2_trial'],
    losses: [{ migration: '2_trial', object: 'users.trial_ends_at', rows: 1, why: 'value written' }],
    failure: null,
  })
  expect(await world.query('select count(trial_ends_at)::int as n from users')).toEqual([{ n: 1 }])
})

test('the files of the release that applied it are used, and others are left alone', async () => {
  const first = await world.release('1.0.0', users)
  await world.deploy(first)
  await world.deployment('d2')
  const deployed = await world.deploy(await world.release('1.1.0', { ...users, ...trial }))
  // A tool that is run where the file is not would revert another one, or say that there is nothing to do.
  const elsewhere = { ...deployed, migrations: [{ name: '2_trial', releaseDirectory: first }] }
  expect(await world.revert(elsewhere)).toMatchObject({ reverted: ['2_trial'], kept: [], catalogRestored: true })
  expect(await world.query('select name from pgmigrations')).toEqual([{ name: '1_users' }])
})

test('an applied migration that is not in the release does not stop the next one', async () => {
  const kept = await world.deploy(await world.release('1.0.0', { ...users, ...trial }))
  await world.deployment('d2')
  const next = { '3_more.js': `exports.up = (pgm) => pgm.createTable('more', { id: 'id' })` }
  const release = await world.release('1.1.0', { ...users, ...next })
  const { result, migrations, before, after } = await world.deploy(release)
  expect(result).toMatchObject({ applied: ['3_more'], failure: null })
  expect(kept.result.history).toEqual(['1_users', '2_trial'])
  // Without a down the tool turns the up round.
  expect(await world.revert({ migrations, before, after })).toMatchObject({
    reverted: ['3_more'],
    catalogRestored: true,
  })
})

test('a migration that fails says what the tool said, and leaves nothing', async () => {
  const bad = { '2_bad.sql': 'alter table users add column x int;\nselect 1 / 0;\n-- Down Migration\nselect 1;' }
  const { result } = await world.deploy(await world.release('1.0.0', { ...users, ...bad }))
  expect(result).toMatchObject({ applied: ['1_users'], history: ['1_users'], failure: { migration: '2_bad' } })
  expect(result.failure?.message).toContain('division by zero')
  expect(await world.query(`select * from information_schema.columns where column_name = 'x'`)).toEqual([])
})

test('what has no way back is named by the review', async () => {
  const files = {
    ...users,
    '2_disabled.js': `exports.up = (pgm) => pgm.createTable('a', {})\nexports.down = false`,
    '3_empty.js': `export const up = (pgm) => { pgm.createTable('b', {}) }\nexport const down = async (pgm) => {\n  // later\n}`,
    '4_empty.sql': '-- Up Migration\ncreate table c ();\n-- Down Migration\n',
    '5_none.sql': 'create table d ();',
    '6_drops.js': `exports.up = (pgm) => pgm.dropColumns('users', ['name'])\nexports.down = (pgm) => pgm.addColumn('users', { name: 'text' })`,
    '7_fine.sql': '-- Up Migration\ncreate table e ();\n-- Down Migration\ndrop table e;',
    '8_inferred.js': `exports.up = (pgm) => pgm.createTable('f', {})`,
  }
  const { order, database, activities } = world
  const releaseDirectory = await world.release('1.0.0', files)
  const review = await activities.reviewMigrations({ order, database, releaseDirectory, known: null })
  expect(review.withoutDown).toEqual(['2_disabled', '3_empty', '4_empty', '5_none', '6_drops'])
})

test('a release without the tool is refused by the review, and nothing runs', async () => {
  const release = await world.release('1.0.0', users)
  await rm(join(release, 'node_modules'))
  const { review, result } = await world.deploy(release)
  const words = expect.stringContaining('as a dependency of the release, got none')
  expect(review.refusals).toEqual([words])
  expect(result).toMatchObject({ applied: [], history: [], failure: { migration: null, message: words } })
})

test('the address reaches the tool through its environment, and shows in nothing', async () => {
  const loud = {
    '1_loud.js': `exports.up = (pgm) => { throw new Error('seen ' + process.env.DATABASE_URL + ' ' + process.argv.join(' ')) }`,
  }
  const { result } = await world.deploy(await world.release('1.0.0', loud))
  expect(result.failure?.message).toContain('seen')
  const { password } = new URL(world.url)
  expect(password.length).toBeGreaterThan(3)
  expect(JSON.stringify(result)).not.toContain(password)
})

test('a tool that cannot get its lock ends, changes nothing, and it is said who holds it', async () => {
  const deployed = await world.deploy(await world.release('1.0.0', { ...users, ...trial }))
  await withClient(world.url, async (reader) => {
    await reader.query(`set application_name = 'nightly report'; begin; select from users`)
    const result = await world.revert(deployed)
    expect(result).toMatchObject({ reverted: [], kept: ['2_trial', '1_users'], unchanged: true })
    expect(result.failure?.message).toContain('canceling statement due to lock timeout')
    expect(result.failure?.message).toMatch(/held by pid \d+ \(nightly report, role .*nothing was changed/s)
  })
})

test('a down of the tool that does not restore the schema stops everything below it', async () => {
  const leaky = {
    '2_trial.js': trial['2_trial.js'].replace(/exports.down.*/, 'exports.down = (pgm) => pgm.sql("select 1")'),
  }
  const deployed = await world.deploy(await world.release('1.0.0', { ...users, ...leaky }))
  const result = await world.revert(deployed)
  expect(result).toMatchObject({ reverted: ['2_trial'], kept: ['1_users'], failure: { migration: '2_trial' } })
  expect(result.failure?.message).toContain(
    '2_trial: its down ran, but did not restore the schema: column users.trial_ends_at: not expected, but it is there',
  )
})

test('a tool that outlives the program that started it is waited for, and nothing runs twice', async () => {
  await world.query('create sequence attempts')
  // The test holds a lock for as long as it needs.
  world.database.migrations.lockTimeoutMs = 60_000
  const held = `select nextval('attempts'); select pg_advisory_lock(42); select pg_advisory_unlock(42);`
  const slow = { '2_slow.js': `exports.up = (pgm) => pgm.sql("create table slow (); ${held}")` }
  const releaseDirectory = await world.release('1.0.0', { ...users, ...slow })
  const { order, database, activities } = world
  const input = { order, database, releaseDirectory, pending: ['1_users', '2_slow'], try: 1 }
  const result = await withClient(world.url, async (client) => {
    await client.query('select pg_advisory_lock(42)')
    const { commands, cwd, env } = migrateStep(input)
    const [[program = '', ...args] = []] = commands
    const own = { ...process.env, ...env, BELAY_TARGET_URL: world.url }
    const child = spawn(program, args, { cwd, env: own, stdio: 'ignore' })
    await eventually('the tool in the migration', async () => (await waitingFor('objid = 42')) === 1)
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
    const running = activities.migrate(input)
    await eventually('the next program, waiting for the tool', async () => (await waitingFor('objid <> 42')) === 1)
    await client.query('select pg_advisory_unlock(42)')
    return await running
  })
  expect(result).toMatchObject({ applied: ['1_users', '2_slow'], history: ['1_users', '2_slow'], failure: null })
  expect(await world.query(`select last_value::int as attempts from attempts`)).toEqual([{ attempts: 1 }])
})

async function waitingFor(what: string): Promise<number> {
  const [row] = await world.query<{ n: number }>(
    `select count(*)::int as n from pg_locks where locktype = 'advisory' and not granted and ${what}
      and database = (select oid from pg_database where datname = current_database())`,
  )
  return row?.n ?? 0
}
