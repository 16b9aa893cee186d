import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lossLine } from '../../../src/domain/migration/loss-words.ts'
import { eventually } from '../../support/eventually.ts'
import { createWorld, type DatabaseWorld, withClient } from '../world.ts'

let world: DatabaseWorld
let watcher: pg.Client

beforeEach(async () => {
  world = await createWorld()
  // A few tries are as good as many; one open connection looks often enough to see each.
  world.database.migrations.lockTimeoutMs = 1_000
  watcher = new pg.Client({ connectionString: world.url })
  await watcher.connect()
})

afterEach(async () => {
  await watcher.end()
  await world.stop()
})

const wider = {
  '001_wider.up.sql': 'alter table notes alter column body type text',
  '001_wider.down.sql': 'alter table notes alter column body type varchar(40)',
}

test('a revert that cannot get its lock lets every reader through, leaves no queue, and says who holds it', async () => {
  await world.query(`create table notes (id int, body varchar(40)); create table other ();
    insert into notes select n, 'note ' || n from generate_series(1, 200000) n`)
  const deployed = await world.deploy(await world.release('1.0.0', wider))
  await withClient(world.url, async (reader) => {
    await reader.query(`set application_name = 'nightly report'`)
    await reader.query(`begin; select count(*) from notes where body <> 'a secret value'`)
    const reverting = world.revert(deployed)
    await eventually('the revert waiting for its lock', async () => (await waiting()) > 0)
    // A third one is stopped for a try at most, while the revert is still at it.
    expect(await world.query('select body from notes where id = 7')).toEqual([{ body: 'note 7' }])
    const result = await reverting
    expect(result).toMatchObject({ reverted: [], kept: ['001_wider'], losses: [], unchanged: true })
    const [{ pid }] = (await reader.query('select pg_backend_pid() as pid')).rows
    expect(result.failure?.message).toMatch(/^lock timeout: expected its locks within 3000 ms, in tries of 200 ms/)
    expect(result.failure?.message).toContain(`held by pid ${pid} (nightly report, role `)
    expect(result.failure?.message).toMatch(
      /idle in transaction since 20\S+Z\): .*select count\(\*\) from notes where body <> \?/,
    )
    expect(result.failure?.message).not.toContain('secret')
    expect(result.failure?.message).toContain('nothing was changed: history and schema are as before')

    expect(await waiting()).toBe(0)
    expect(await world.query('select count(*)::int as n from notes')).toEqual([{ n: 200_000 }])
    expect(await locksOfBelay()).toEqual([])
    await reader.query('rollback')
  })
  expect(await world.revert(deployed, { attempt: 2 })).toMatchObject({ reverted: ['001_wider'], catalogRestored: true })
})

test('a lock that the down itself meets later is waited for as shortly, and everything is rolled back', async () => {
  await world.query('create table notes (id int, body varchar(40)); create table other (id int)')
  const files = { ...wider, '001_wider.down.sql': `${wider['001_wider.down.sql']}; lock table other` }
  const deployed = await world.deploy(await world.release('1.0.0', files))
  await withClient(world.url, async (reader) => {
    await reader.query('begin; select count(*) from other')
    const reverting = world.revert(deployed)
    await eventually('the revert waiting for its lock', async () => (await waiting()) > 0)
    expect(await world.query('select count(*)::int as n from notes')).toEqual([{ n: 0 }])
    expect(await reverting).toMatchObject({ reverted: [], unchanged: true, failure: { migration: '001_wider' } })
  })
})

test('values that would not survive a narrowing are counted by what they are', async () => {
  await world.query(`create domain mail as text check (value like '%@%'); create domain positive as int check (value > 0);
    create table t (v varchar(3), n numeric(5,2), i integer, b smallint, m mail, p positive, f real)`)
  const [from, to] = [
    { v: 'varchar(3)', n: 'numeric(5,2)', i: 'integer', b: 'smallint', m: 'mail', p: 'positive', f: 'real' },
    { v: 'text', n: 'numeric', i: 'text', b: 'numeric', m: 'text', p: 'int', f: 'double precision' },
  ]
  const alter = (types: Readonly<Record<string, string>>) =>
    `alter table t ${Object.entries(types)
      .map(([column, type]) => `alter ${column} type ${type} using ${column}::${type}`)
      .join(', ')}`
  const files = { '001_wider.up.sql': alter(to), '001_wider.down.sql': alter(from) }
  const deployed = await world.deploy(await world.release('1.0.0', files))
  expect(deployed.result.failure).toBe(null)
  await world.query(`insert into t values
    ('abc', 999.99, '12', 5.0, 'a@b', 1, 0.5), ('abcd', 1000, 'twelve', 5.5, 'ab', -1, 0.1), (null, 1.234, ' 12', 40000, null, null, null)`)
  expect((await world.revert(deployed, { onLoss: 'count' })).losses.map(lossLine).toSorted()).toEqual([
    't.b: 2 rows (value that does not fit into smallint)',
    't.f: 1 row (value that does not fit into real)',
    't.i: 2 rows (value that does not fit into integer)',
    't.m: 1 row (value that does not fit into public.mail)',
    't.n: 2 rows (value that does not fit into numeric(5,2))',
    't.p: 1 row (value that does not fit into public.positive)',
    't.v: 1 row (value that does not fit into character varying(3))',
  ])
  // Nothing that the count needed is left behind.
  expect(await world.query(`select count(*)::int as n from pg_proc where proname like 'belay%'`)).toEqual([{ n: 0 }])
})

async function waiting(): Promise<number> {
  const { rows } = await watcher.query<{ n: number }>(
    `select count(*)::int as n from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())`,
  )
  return rows[0]?.n ?? 0
}

/** Of the detached program, which has ended: nothing of it may still sit on the server. */
async function locksOfBelay() {
  return await world.query(
    `select relation::regclass::text from pg_locks join pg_stat_activity using (pid)
     where datname = current_database() and application_name = 'belay' and mode = 'AccessExclusiveLock'`,
  )
}
