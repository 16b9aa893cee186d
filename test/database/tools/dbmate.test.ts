import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrateStep } from '../../../activities/database/run-programs.ts'
import { dbmate } from '../../../activities/database/tools/dbmate.ts'
import { eventually } from '../../support/eventually.ts'
import { createWorld, type DatabaseWorld, withClient } from '../world.ts'
import { expectValuesKept } from './values-kept.ts'

let world: DatabaseWorld

beforeEach(async () => {
  world = await createWorld('dbmate')
})

afterEach(async () => {
  await world.stop()
})

const users = {
  '001_users.sql': `-- migrate:up
create table users (id bigint generated always as identity primary key, name text not null);

-- migrate:down
drop table users;`,
}
const trial = {
  '002_trial.sql': `-- migrate:up
alter table users add column trial_ends_at date;

-- migrate:down
alter table users drop column trial_ends_at;`,
}
const byName = {
  '003_by_name.sql': `-- migrate:up transaction:false
create index concurrently by_name on users (name);

-- migrate:down transaction:false
drop index concurrently by_name;`,
}

test('the release’s own dbmate applies one migration a run and takes them back, each proven', async () => {
  const release = await world.release('1.0.0', { ...users, ...trial, ...byName, 'README.md': 'how we migrate' })
  const deployed = await world.deploy(release)
  const names = ['001_users', '002_trial', '003_by_name']
  expect(deployed.review).toMatchObject({ pending: names, withoutDown: [], refusals: [], unknown: [] })
  expect(deployed.result).toMatchObject({ applied: names, history: names, failure: null })
  expect(await world.query('select version from schema_migrations order by 1')).toEqual(
    ['001', '002', '003'].map((version) => ({ version })),
  )
  const result = await world.revert(deployed)
  expect(result).toMatchObject({ reverted: names.toReversed(), kept: [], catalogRestored: true, failure: null })
  expect(await world.revert(deployed, { attempt: 2 })).toEqual(result)
})

test('values in what would be dropped keep the schema', async () => {
  await expectValuesKept(world, { users, trial })
})

test('one that fails says so although the tool prints that it was applied, and leaves nothing', async () => {
  const bad = { '002_bad.sql': '-- migrate:up\nalter table users add column x int;\nselect 1 / 0;\n-- migrate:down\n' }
  const { result } = await world.deploy(await world.release('1.0.0', { ...users, ...bad, ...byName }))
  expect(result).toMatchObject({ applied: ['001_users'], history: ['001_users'], failure: { migration: '002_bad' } })
  expect(result.failure?.message).toContain('division by zero')
  expect(result.failure?.message).not.toContain('left')
})

test('one outside a transaction that fails half way names what it left, and is not in the history', async () => {
  await world.deploy(await world.release('1.0.0', users))
  await world.query(`insert into users (name) values ('same'), ('same')`)
  await world.deployment('d2')
  const unique = byName['003_by_name.sql'].replace('create index', 'create unique index')
  const { result } = await world.deploy(await world.release('1.1.0', { ...users, '003_by_name.sql': unique }))
  expect(result).toMatchObject({ applied: [], history: ['001_users'], failure: { migration: '003_by_name' } })
  expect(result.failure?.message).toMatch(
    /could not create unique index[\s\S]*left index public\.by_name invalid, which is removed again/,
  )
})

test('one outside a transaction that was cut off is not begun again', async () => {
  const release = { releaseDirectory: await world.release('1.0.0', byName), settings: world.database.migrations }
  const ran = await withClient(world.url, async (client) => {
    const target = { client, url: world.url, environment: world.environment }
    const [file] = await dbmate.files(release, target)
    if (!file) throw new Error('no file')
    const run = { ...release, ...target, file, earlier: { done: 0, began: '' }, note: async () => undefined }
    return await dbmate.up(run).catch(String)
  })
  expect(ran).toContain('003_by_name was cut off in the middle, and it runs outside a transaction')
})

test('a lock that cannot be had ends the migration, and leaves no queue behind it', async () => {
  await world.deploy(await world.release('1.0.0', users))
  await world.deployment('d2')
  const release = await world.release('1.1.0', { ...users, ...trial })
  const result = await withClient(world.url, async (reader) => {
    await reader.query('begin; select from users')
    const { result: migrated } = await world.deploy(release)
    expect(await world.query(`select from pg_locks where not granted and ${here}`)).toEqual([])
    return migrated
  })
  expect(result).toMatchObject({ applied: [], failure: { migration: '002_trial' } })
  expect(result.failure?.message).toContain('lock timeout')
})

test('what cannot go back is named by the review; what dbmate would refuse half way is refused before', async () => {
  const files = {
    ...users,
    '002_empty.sql': '-- migrate:up\ncreate table a ();\n-- migrate:down\n-- nothing to do\n',
    '003_drops.sql': '-- migrate:up\ndrop table a;\n-- migrate:down\ncreate table a ();\n',
    '004_none.sql': '-- migrate:up\ncreate table b ();\n',
    '005_turned.sql': '-- migrate:down\ndrop table b;\n-- migrate:up\ncreate table b ();\n',
    '006_before.sql': 'select 1;\n-- migrate:up\n-- migrate:down\n',
    '007_more.sql': '-- migrate:up\nselect 1;\n-- migrate:down\n-- migrate:up\nselect 2;\n-- migrate:down\n',
    '008_a.sql': '-- migrate:up\nselect 1;\n-- migrate:down\nselect 1;',
    '008_b.sql': '-- migrate:up\nselect 1;\n-- migrate:down\nselect 1;',
  }
  const { review, result } = await world.deploy(await world.release('1.0.0', files))
  expect(review.withoutDown).toEqual(expect.arrayContaining(['002_empty', '003_drops', '004_none']))
  expect(review.withoutDown).not.toContain('001_users')
  expect(review.refusals.join('\n')).toMatch(
    /004_none.*"-- migrate:down", got none[\s\S]*005_turned.*other way round[\s\S]*006_before.*nothing before[\s\S]*007_more.*got 4[\s\S]*008_a.*of its own[\s\S]*008_b/,
  )
  expect(result).toMatchObject({ applied: [], history: [], failure: { migration: null } })
  expect(await world.query(`select to_regclass('users') as users`)).toEqual([{ users: null }])
})

test('an empty down is refused, and the bare tool’s silence about it shows why', async () => {
  const empty = { '002_empty.sql': '-- migrate:up\ncreate table a ();\n-- migrate:down\n' }
  const release = await world.release('1.0.0', { ...users, ...empty })
  const deployed = await world.deploy(release)
  expect(await world.revert(deployed, { onLoss: 'lose' })).toMatchObject({
    reverted: [],
    kept: ['002_empty', '001_users'],
    failure: { message: expect.stringContaining('expected a down migration, got an empty one') },
  })
  const settings = world.database.migrations
  await withClient(world.url, async (client) => {
    const target = { client, url: world.url, environment: world.environment }
    const run = { ...target, releaseDirectory: release, settings, earlier: null, note: async () => undefined }
    const file = (await dbmate.files(run, target)).find(({ name }) => name === '002_empty')
    if (file) await dbmate.down({ ...run, file })
  })
  expect(await world.query(`select to_regclass('a')::text as a`)).toEqual([{ a: 'a' }])
  expect(await world.query('select version from schema_migrations')).toEqual([{ version: '001' }])
})

test('another comment is the same migration with other bytes; another option is not', () => {
  const read = (text: string) => dbmate.read(new Map([['001_users.sql', text]]))[0]
  const [was, text] = [read(users['001_users.sql']), users['001_users.sql']]
  const commented = read(text.replace('create table', '-- whom we bill\ncreate table'))
  expect(commented?.sha256).toBe(was?.sha256)
  expect(commented?.bytes).not.toBe(was?.bytes)
  expect(read(text.replace('migrate:up', 'migrate:up transaction:false'))?.sha256).not.toBe(was?.sha256)
  expect(read(text)?.sections.map(({ way, firstLine }) => [way, firstLine])).toEqual([
    ['up', 1],
    ['down', 4],
  ])
})

test('a version that another file has taken is not taken for applied, nor for pending', async () => {
  const first = await world.release('1.0.0', users)
  await world.deploy(first)
  const renamed = await world.release('1.1.0', { '001_people.sql': users['001_users.sql'] })
  const { order, database, activities } = world
  const known = [{ name: '001_users', releaseDirectory: first }]
  await expect(activities.reviewMigrations({ order, database, releaseDirectory: renamed, known })).rejects.toThrow(
    '001 was applied as 001_users, and the release calls it 001_people',
  )
  await world.query(`insert into schema_migrations values ('0005')`)
  const review = await activities.reviewMigrations({ order, database, releaseDirectory: first, known })
  expect(review).toMatchObject({ applied: ['0005', '001_users'], unknown: ['0005'], pending: [] })
})

test('without the package, the dbmate on PATH is run; without either the review says so', async () => {
  const release = await world.release('1.0.0', users)
  await rm(join(release, 'node_modules'))
  const bin = join(world.directory, 'bin')
  await mkdir(bin)
  const settings = world.database.migrations
  const asked = { releaseDirectory: release, settings }
  expect(await dbmate.cannotRun(asked, { PATH: bin })).toContain('or on PATH, got none')
  await writeFile(join(bin, 'dbmate'), '#!/bin/sh\n')
  await chmod(join(bin, 'dbmate'), 0o755)
  expect(await dbmate.cannotRun(asked, { PATH: bin })).toBeNull()
  await mkdir(join(release, 'node_modules/dbmate'), { recursive: true })
  await writeFile(join(release, 'node_modules/dbmate/package.json'), '{}')
  expect(await dbmate.cannotRun(asked, { PATH: bin })).toContain('install the release with optional dependencies')
})

test('neither the address nor a setting of the machine reaches the tool’s arguments or options', async () => {
  const nosy = join(world.directory, 'bin')
  await mkdir(nosy)
  await writeFile(
    join(nosy, 'dbmate'),
    '#!/bin/sh\necho "error: saw $DATABASE_URL $DBMATE_STRICT args $*" >&2\nexit 3\n',
  )
  await chmod(join(nosy, 'dbmate'), 0o755)
  const release = await world.release('1.0.0', users)
  await rm(join(release, 'node_modules'))
  Object.assign(world.environment, { PATH: `${nosy}:${process.env.PATH}` })
  const { result } = await world.deploy(release)
  const { password } = new URL(world.url)
  expect(result.failure?.message).toMatch(
    /saw .*args --no-dump-schema .*--migrations-table=public.schema_migrations.* migrate/,
  )
  expect(JSON.stringify(result)).not.toContain(password)
})

test('a dbmate that outlives the program that started it is waited for, and nothing runs twice', async () => {
  await world.query('create sequence attempts')
  // The test holds a lock for as long as it needs.
  world.database.migrations.lockTimeoutMs = 60_000
  const held = `select nextval('attempts'); select pg_advisory_lock(42); select pg_advisory_unlock(42);`
  const slow = { '002_slow.sql': `-- migrate:up\ncreate table slow ();\n${held}\n-- migrate:down\ndrop table slow;` }
  const releaseDirectory = await world.release('1.0.0', { ...users, ...slow })
  const { order, database, activities } = world
  const input = { order, database, releaseDirectory, pending: ['001_users', '002_slow'], try: 1 }
  const result = await withClient(world.url, async (client) => {
    await client.query('select pg_advisory_lock(42)')
    const { commands, cwd, env } = migrateStep(input)
    const [[program = '', ...args] = []] = commands
    const own = { ...process.env, ...env, BELAY_TARGET_URL: world.url }
    const child = spawn(program, args, { cwd, env: own, stdio: 'ignore' })
    const waiting = 'wait_event_type is not null and query like $$%pg_advisory_lock(42)%$$'
    await eventually('dbmate in the migration', async () => (await sessions(`${waiting} and state = 'active'`)) === 1)
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
    await eventually('its connection gone', async () => (await sessions(`application_name = 'belay'`)) === 0)
    const running = activities.migrate(input)
    await eventually('the next program', async () => (await sessions(`application_name = 'belay'`)) === 1)
    await client.query('select pg_advisory_unlock(42)')
    return await running
  })
  expect(result).toMatchObject({
    applied: ['001_users', '002_slow'],
    history: ['001_users', '002_slow'],
    failure: null,
  })
  expect(await world.query(`select last_value::int as attempts from attempts`)).toEqual([{ attempts: 1 }])
})

const here = 'database = (select oid from pg_database where datname = current_database())'

async function sessions(which: string): Promise<number> {
  const [row] = await world.query<{ n: number }>(
    `select count(*)::int as n from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and ${which}`,
  )
  return row?.n ?? 0
}
