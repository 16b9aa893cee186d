import { afterEach, beforeEach, expect, test } from 'vitest'
import { createDatabaseActivities } from '../../activities/database/activities.ts'
import { failureTypes } from '../../src/domain/failure.ts'
import type { DatabasePlan } from '../../src/domain/plan.ts'
import { createWorld, type DatabaseWorld } from './world.ts'

let world: DatabaseWorld

beforeEach(async () => {
  world = await createWorld()
  await world.query('create table t (id int primary key, parent int); insert into t values (1, null), (2, 1)')
})

afterEach(async () => {
  await world.stop()
})

test('assertions that hold pass, whatever type the value has', async () => {
  expect(
    await verdicts([
      { name: 'count', sql: 'select count(*) from t', expect: 2 },
      { name: 'text', sql: `select 'a' || 'b'`, expect: 'ab' },
      { name: 'truth', sql: 'select true', expect: true },
      { name: 'nothing', sql: 'select parent from t where id = 1', expect: null },
      { name: 'sum', sql: 'select sum(id)::numeric(10,2) from t', expect: 3 },
    ]),
  ).toEqual({ count: 'passed', text: 'passed', truth: 'passed', nothing: 'passed', sum: 'passed' })
})

test('one that does not hold says what came', async () => {
  const { results } = await check([{ name: 'orphans', sql: 'select count(*) from t where parent is null', expect: 0 }])
  expect(results.at(-1)).toEqual({ name: 'orphans', verdict: 'failed', expected: '0', got: '1' })
})

test('what is no single value, or no query, is an error and never health', async () => {
  expect(
    await verdicts([
      { name: 'rows', sql: 'select id from t', expect: 1 },
      { name: 'no row', sql: 'select id from t where id = 9', expect: null },
      { name: 'two columns', sql: 'select 1, 2', expect: 1 },
      { name: 'broken', sql: 'select from nowhere', expect: 0 },
    ]),
  ).toEqual({ rows: 'error', 'no row': 'error', 'two columns': 'error', broken: 'error' })
})

test('an assertion can change nothing', async () => {
  expect(
    await verdicts([
      { name: 'delete', sql: 'delete from t returning 1', expect: 1 },
      { name: 'escape', sql: 'select 1; commit; drop table t', expect: 1 },
    ]),
  ).toEqual({ delete: 'error', escape: 'error' })
  expect(await world.query('select count(*)::int as n from t')).toEqual([{ n: 2 }])
})

test('a constraint that was never checked and a broken index fail the structure', async () => {
  expect((await check([])).results.map(({ verdict }) => verdict)).toEqual(['passed', 'passed'])
  await world.query('insert into t values (3, 99)')
  await world.query('alter table t add constraint parent_exists foreign key (parent) references t not valid')
  await world.query('create unique index concurrently one_parent on t ((1))').catch(() => undefined)
  expect((await check([])).results).toEqual([
    {
      name: 'all constraints validated',
      verdict: 'failed',
      expected: 'no constraint that is not valid',
      got: 't.parent_exists',
    },
    { name: 'all indexes valid', verdict: 'failed', expected: 'no invalid index', got: 'one_parent' },
  ])
})

test('a database that is away may be asked again; its password is in no message', async () => {
  const url = 'postgres://shop:correct-horse@127.0.0.1:1/shop'
  const { steps, order, database } = world
  const away = createDatabaseActivities({ host: 'local', steps, environment: { SERVICE_DATABASE: url } })
  const failure = await away.checkIntegrity({ order, database }).catch((error: unknown) => error)
  expect(failure).toMatchObject({ type: failureTypes.databaseAway, nonRetryable: false })
  expect(String(failure)).toContain('ECONNREFUSED')
  expect(JSON.stringify(failure)).not.toContain('correct-horse')

  const unset = createDatabaseActivities({ host: 'local', steps, environment: {} })
  await expect(unset.checkIntegrity({ order, database })).rejects.toMatchObject({
    type: failureTypes.invalid,
    message: 'database.url: environment variable SERVICE_DATABASE: expected a value where it is used, got none',
  })
})

async function check(integrity: DatabasePlan['integrity']) {
  const { order, database, activities } = world
  return await activities.checkIntegrity({ order, database: { ...database, integrity } })
}

/** Of the service's own assertions. */
async function verdicts(integrity: DatabasePlan['integrity']) {
  const { results } = await check(integrity)
  return Object.fromEntries(results.slice(2).map(({ name, verdict }) => [name, verdict]))
}
