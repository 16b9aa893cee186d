import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createDatabaseActivities } from '../../activities/database/activities.ts'
import { hostPaths } from '../../activities/host/paths.ts'
import { blamed, type IntegrityReport } from '../../src/domain/integrity/integrity.ts'
import { createWorld, type DatabaseWorld } from './world.ts'

let world: DatabaseWorld
let deployments = 0

beforeAll(async () => {
  world = await createWorld()
})

afterAll(async () => {
  await world.stop()
})

beforeEach(async () => {
  await world.query('drop schema public cascade; create schema public')
  await world.query('create table t (id int primary key, a text, b int)')
  await world.query(`insert into t select n, 'row ' || n, n * 2 from generate_series(1, 100) as n`)
  await nextDeployment()
})

describe('untouched', () => {
  test('each level passes and says no more than it did', async () => {
    await keep('fast')
    expect(line(await compared())).toEqual(['fast', 'passed', '100 rows before, 100 now'])
    await nextDeployment()
    expect((await keep('exact')).tables[0]?.got).toBe('100 rows hashed')
    expect(line(await compared())).toEqual(['exact', 'passed', 'all 100 rows as before'])
  })

  test('whatever types the columns have, whoever asks in whatever settings', async () => {
    await world.query(`
      create type mood as enum ('sad', 'ok'); create domain positive as int check (value > 0);
      create type pair as (x int, y text);
      drop table t;
      create table t (id int generated always as identity primary key, j json, jb jsonb, arr int[], odd int[], raw bytea,
        f4 real, f8 float8, n numeric, m money, i interval, tz timestamptz, d date, mo mood, pos positive, p pair, x xml,
        pt point, v tsvector, bits bit(4), r int4range, c char(5), "Odd ""name" uuid, g int generated always as (id * 2) stored)`)
    await world.query(`
      insert into t (j, jb, arr, odd, raw, f4, f8, n, m, i, tz, d, mo, pos, p, x, pt, v, bits, r, c, "Odd ""name")
      values ('{"b": 1,  "a": 2}', '{"a": 1.0}', '{1,null,3}', '[0:1]={1,2}', '\\x00ff', 0.1, 0.1, 1.00, '12.50', '1 day',
        '2026-01-02 03:04:05+02', '2026-01-02', 'ok', 7, '(1,a)', '<a/>', '(1,2)', 'a b', '1010', '[1,5)', 'ab', gen_random_uuid()),
        (null, null, null, null, null, null, '-0', null, null, null, null, null, null, null, null, null, null, null, null, null, null, null)`)
    await keep('exact')
    for (const [name, value] of [
      ['timezone', 'Asia/Tokyo'],
      ['datestyle', 'SQL, DMY'],
      ['extra_float_digits', '-10'],
      ['bytea_output', 'escape'],
      ['intervalstyle', 'iso_8601'],
    ]) {
      await world.query(
        `do $$ begin execute format('alter database %I set ${name} to %L', current_database(), '${value}'); end $$`,
      )
    }
    expect(line(await compared())).toEqual(['exact', 'passed', 'all 2 rows as before'])
  })

  test('partitioned, empty, without columns, without a key, and read past its policies by the owner', async () => {
    await world.query(`drop table t;
      create table t (id int, region text, primary key (id, region)) partition by list (region);
      create table t_eu partition of t for values in ('eu');
      create table t_us (region text not null, id int not null); alter table t attach partition t_us for values in ('us');
      insert into t values (1, 'eu'), (2, 'us');
      create table empty (id int primary key); create table bare (); insert into bare default values;
      create table loose (a text); insert into loose values ('x'), ('x');
      create table guarded (id int); insert into guarded values (1); alter table guarded enable row level security`)
    const texts = 'alter table t_eu add x int; select from empty, bare, loose, guarded'
    await keep('exact', texts)
    const report = await compared()
    expect(report.tables.map(({ name, verdict, got }) => [name, verdict, got])).toEqual([
      ['bare', 'passed', 'the one row as before'],
      ['empty', 'passed', 'all 0 rows as before'],
      ['guarded', 'passed', 'the one row as before'],
      ['loose', 'passed', 'all 2 rows as before'],
      ['t', 'passed', 'all 2 rows as before'],
    ])
    await world.query(`update t_us set region = 'us', id = 3`)
    const [, , , , moved] = (await compared()).tables
    expect(moved).toMatchObject({ verdict: 'inconclusive', got: expect.stringContaining('of 2 old rows 1 gone') })
  })

  test('though a column went and came back elsewhere, was there meanwhile, or the table was frozen and written anew', async () => {
    await keep('exact')
    await world.query(`alter table t add column extra text default 'x'; update t set extra = 'y' where false;
      alter table t drop column extra`)
    await world.query('vacuum freeze t')
    expect(line(await compared())).toEqual(['exact', 'passed', 'all 100 rows as before'])
    await world.query(`create table copy as select b, a, id from t; drop table t; alter table copy rename to t`)
    await world.query('alter table t add primary key (id)')
    expect(line(await compared())).toEqual(['exact', 'passed', 'all 100 rows as before'])
  })
})

describe('one changed byte in one old row', () => {
  test('is found at exact, said exactly, and left open: it may be the service’s own', async () => {
    await keep('exact')
    await world.query(`update t set a = 'row 8!' where id = 8; insert into t values (500, 'new', 1)`)
    const report = await compared()
    expect(line(report)).toEqual([
      'exact',
      'inconclusive',
      'of 100 old rows 1 changed (last written by 1 transaction); by the service or by a migration, which cannot be told',
    ])
    expect(blamed(report)).toEqual([])
  })

  test('is not claimed at fast', async () => {
    await keep('fast')
    await world.query(`update t set a = 'row 8!' where id = 8`)
    expect(line(await compared())).toEqual(['fast', 'passed', '100 rows before, 100 now'])
  })

  test.each<[string, string, string, string]>([
    ['a case that does not count', 'citext', `'Ab'`, `'AB'`],
    ['a digit that is worth nothing', 'numeric', '1.0', '1.00'],
    ['a sign of nothing', 'float8', '0', `'-0'`],
    ['blanks in json', 'json', `'{"a":1}'`, `'{"a": 1}'`],
    ['where an array begins', 'int[]', `'{1,2}'`, `'[0:1]={1,2}'`],
  ])('is found where Postgres itself calls both equal or has no hash: %s', async (_, type, one, other) => {
    if (type === 'citext') await world.query('create extension if not exists citext').catch(() => undefined)
    const there = await world.query(`select from pg_type where typname = 'citext'`)
    const used = type === 'citext' && there.length === 0 ? 'text' : type
    await world.query(`drop table t; create table t (id int primary key, v ${used}); insert into t values (1, ${one})`)
    await keep('exact')
    await world.query(`update t set v = ${other}`)
    expect(line(await compared())[1]).toBe('inconclusive')
  })
})

describe('damage that no write of the service can be', () => {
  test('a column that was dropped and came back with a default fails, also where rows are not kept one by one', async () => {
    await keep('exact')
    await world.query(`alter table t drop column b; alter table t add column b int default 0`)
    const report = await compared()
    expect(line(report)).toEqual([
      'exact',
      'failed',
      '100 of 100 old rows hold other values, although nobody wrote them since',
    ])
    expect(blamed(report)).toHaveLength(1)

    await world.query('alter table t drop constraint t_pkey')
    await nextDeployment()
    await keep('exact')
    await world.query(`alter table t drop column b; alter table t add column b int default 1`)
    expect(line(await compared())).toEqual([
      'exact',
      'failed',
      'other values in 100 old rows, although nobody wrote them since',
    ])
  })

  test('unless migrations stay applied that may have meant it', async () => {
    await keep('exact')
    await world.query(`alter table t drop column b; alter table t add column b int default 0`)
    const [, verdict, got] = line(await compared({ schemaKept: true }))
    expect([verdict, got]).toEqual(['inconclusive', expect.stringContaining('migrations that stay applied')])
  })

  test('a table that was made anew and is empty', async () => {
    await keep('exact')
    await world.query('drop table t; create table t (id int primary key, a text, b int)')
    expect(line(await compared())).toEqual([
      'exact',
      'failed',
      'the table was made anew, and none of its 100 old rows is there',
    ])
  })
})

describe('the service at work', () => {
  test('rows that it added do not matter, with and without a key', async () => {
    await keep('exact')
    await world.query(`insert into t values (101, 'new', 1), (102, 'new', 1)`)
    expect(line(await compared())).toEqual(['exact', 'passed', 'all 100 old rows as before, 2 new'])

    await world.query('alter table t drop constraint t_pkey')
    await nextDeployment()
    await keep('exact')
    await world.query(`insert into t values (103, 'new', 1)`)
    await world.query('vacuum freeze t')
    expect(line(await compared())).toEqual(['exact', 'passed', 'all 102 old rows as before, 1 new'])
  })

  test('rows that it deleted or changed are counted with a key, and without one nothing is claimed', async () => {
    await keep('exact')
    await world.query(`delete from t where id <= 3`)
    await world.query(`update t set a = 'x' where id = 50`)
    await world.query(`update t set a = 'x' where id = 51`)
    expect(line(await compared())[2]).toBe(
      'of 100 old rows 2 changed and 3 gone (last written by 2 transactions); by the service or by a migration, which cannot be told',
    )
    await world.query('alter table t drop constraint t_pkey')
    await nextDeployment()
    await keep('exact')
    await world.query(`delete from t where id = 10; update t set a = 'z' where id = 11`)
    expect(line(await compared())).toEqual([
      'exact',
      'inconclusive',
      'cannot be told: 97 rows before, 96 now, 2 old ones written or deleted since',
    ])
  })

  test('what it was just writing when the deployment began is new; what was there is old, whoever still writes', async () => {
    await world.query('alter table t drop constraint t_pkey')
    const slow = new pg.Client({ connectionString: world.url })
    await slow.connect()
    await slow.query(`begin; savepoint s; insert into t values (200, 'late', 1)`)
    await world.query(`insert into t values (201, 'young', 1)`)
    await keep('exact')
    await slow.query('commit')
    await slow.end()
    expect(line(await compared())).toEqual(['exact', 'passed', 'all 101 old rows as before, 1 new'])
    await world.query(`update t set a = 'other' where id = 201`)
    expect(line(await compared())[2]).toBe(
      'cannot be told: 101 rows before, 102 now, 1 old ones written or deleted since',
    )
  })

  test('fewer rows at fast are said, and not blamed', async () => {
    await keep('fast')
    await world.query('delete from t where id = 1')
    const report = await compared()
    expect(line(report)[2]).toBe(
      '100 rows before, 99 now: 1 fewer, deleted by the service or lost, which cannot be told',
    )
    expect(blamed(report)).toEqual([])
  })
})

describe('what could not be read is never claimed', () => {
  test('a table that somebody holds is said, and the others are read', async () => {
    await world.query('create table held (id int); insert into held values (1)')
    const blocker = new pg.Client({ connectionString: world.url })
    await blocker.connect()
    await blocker.query('begin; lock table held in access exclusive mode')
    const report = await keep('exact', 'select from t, held')
    await blocker.query('rollback')
    await blocker.end()
    expect(report.tables.map(({ verdict, got }) => [verdict, got])).toEqual([
      ['inconclusive', expect.stringMatching(/^not hashed before: .*lock timeout/)],
      ['passed', '100 rows hashed'],
    ])
    expect(line(await compared())[2]).toMatch(/^not hashed before/)
  })

  test('a table whose rows a policy hides from us', async () => {
    await world.query('alter table t enable row level security; grant usage on schema public to public')
    await world.query('create policy few on t using (id < 10); grant select on all tables in schema public to public')
    const role = `reader_${randomUUID().slice(0, 8)}`
    await world.query(`create role ${role} login password 'reader'`)
    const url = new URL(world.url)
    url.username = role
    url.password = 'reader'
    const environment = { SERVICE_DATABASE: url.href }
    const { keepIntegrity } = createDatabaseActivities({ host: 'local', steps: world.steps, environment })
    const database = { ...world.database, integrityLevel: 'exact' as const }
    const releaseDirectory = await world.release('policy', { '001_t.up.sql': 'select from t' })
    const asked = { order: world.order, database, releaseDirectory, pending: ['001_t'] }
    const { tables } = await keepIntegrity(asked).finally(() => world.query(`drop role ${role}`))
    expect(tables[0]?.got).toMatch(/^not hashed before: .*row-level security/)
  })

  test('a table found touched only afterwards, and a deployment that kept nothing', async () => {
    await world.query('create table other (id int)')
    await keep('exact')
    await world.query('alter table other add column x int')
    expect((await compared()).tables.at(-1)).toMatchObject({
      name: 'other',
      verdict: 'inconclusive',
      got: 'changed by the migrations without being named in them; not read before',
    })
    await nextDeployment()
    const report = await compared()
    expect(report.level).toBe('fast')
    expect(report.tables).toMatchObject([{ name: 'rows', verdict: 'inconclusive' }])
  })

  test('what was kept first stands', async () => {
    await keep('exact')
    await world.query('delete from t')
    expect((await keep('exact')).tables[0]?.got).toBe('100 rows hashed')
    expect(line(await compared())[2]).toMatch(/^of 100 old rows 100 gone/)
  })

  test('what was kept for a deployment that nobody can go back over is removed', async () => {
    await keep('exact')
    const kept = join(hostPaths(world.directory).restorePoint(world.order.deployment), 'integrity.json')
    expect(existsSync(kept)).toBe(true)
    await nextDeployment()
    await keep('exact')
    expect(existsSync(kept)).toBe(false)
  })
})

describe('structure and assertions', () => {
  test('a sequence behind its column is found; one that is ahead, or never used, is well', async () => {
    await world.query(`create table s (id bigserial primary key, other serial, down int generated by default as identity
      (increment -1 minvalue -100 maxvalue -1 start -1), "Odd" smallserial); insert into s default values`)
    await world.query(`begin; insert into s default values; rollback; create table unused (id serial)`)
    const before = await keep('fast')
    expect(before.sequences).toBe(5)
    expect((await compared()).results.at(-1)).toMatchObject({ verdict: 'passed' })
    await world.query(`insert into s values (50, 1, -50, 1)`)
    expect((await compared()).results.at(-1)).toMatchObject({
      verdict: 'failed',
      got: 's.down, s.id',
    })
  })

  test('what was wrong before is reported and not blamed, what is new is', async () => {
    await world.query('alter table t add constraint old_one check (b > 5) not valid')
    const integrity = [{ name: 'no twos', sql: 'select count(*) from t where b = 2', expect: 0 }]
    await keep('fast', undefined, integrity)
    const same = await compared({ integrity })
    expect(blamed(same)).toEqual([])
    expect(same.results.at(-1)).toMatchObject({ before: true, got: '1 (failed before the deployment too: 1)' })
    expect(same.results[0]).toMatchObject({ before: true, got: 't.old_one (so before the deployment too)' })

    await world.query('alter table t add constraint new_one check (b > 5) not valid')
    expect(blamed(await compared({ integrity }))).toMatchObject([{ got: 't.new_one' }])
    // A release may add one that the next one validates.
    const deployed = await compared({ integrity, when: 'after deployment' })
    expect(blamed(deployed)).toEqual([])
    const [added] = [{ name: 'few', sql: 'select count(*) < 10 from t', expect: true }]
    const fresh = await compared({ integrity: [...integrity, added], when: 'after deployment' })
    expect(blamed(fresh).map(({ name }) => name)).toEqual(['few'])
  })
})

type Integrity = typeof world.database.integrity

async function nextDeployment() {
  deployments += 1
  await world.deployment(`d${deployments}`)
}

async function keep(level: 'fast' | 'exact', up = 'alter table t add column x int', integrity: Integrity = []) {
  const releaseDirectory = await world.release(`for-${world.order.deployment}`, {
    '001_change.up.sql': up,
    '001_change.down.sql': 'select 1',
  })
  const database = { ...world.database, integrityLevel: level, integrity }
  return await world.activities.keepIntegrity({
    order: world.order,
    database,
    releaseDirectory,
    pending: ['001_change'],
  })
}

/** At the level at which it was kept. */
async function compared({
  schemaKept = false,
  when = 'after rollback',
  integrity = [],
}: {
  schemaKept?: boolean
  when?: 'after rollback' | 'after deployment'
  integrity?: Integrity
} = {}): Promise<IntegrityReport> {
  const { order } = world
  const against = { deployments: [order.deployment], when, schemaKept, catalogAfter: null }
  const database = { ...world.database, integrityLevel: 'fast' as const, integrity }
  return await world.activities.checkIntegrity({ order, database, against })
}

/** Level, verdict and words of the table `t`, the only one that is touched. */
function line({ level, tables }: IntegrityReport) {
  return [level, tables[0]?.verdict, tables[0]?.got]
}
