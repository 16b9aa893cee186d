import { createServer } from 'node:net'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JsonValue, Probe } from '../../src/domain/check.ts'
import { eventually } from '../support/eventually.ts'
import { createDatabase } from '../support/postgres.ts'
import { afterThisTest, closedPort, portOf, sampleOnce } from './fixtures.ts'

let database: { url: string; drop(): Promise<void> }
beforeAll(async () => {
  database = await createDatabase()
  await ask('create table plans as select generate_series(1, 3) as id')
})
afterAll(async () => {
  await database.drop()
})

describe('postgres', () => {
  test('a database that answers passes', async () => {
    expect(await sampleOnce(postgres(null, null))).toMatchObject({ verdict: 'passed', reason: { got: '1' } })
  })

  test.each<[string, JsonValue]>([
    ['select count(*) from plans', 3],
    ['select 3.00', 3],
    ['select true', true],
    ['select false', false],
    [`select 'premium'`, 'premium'],
    ['select null', null],
    [`select '{"a":1}'::json`, { a: 1 }],
  ])('%s gives %j', async (sql, expect_) => {
    expect(await sampleOnce(postgres(sql, expect_))).toMatchObject({ verdict: 'passed' })
  })

  test.each<[string, JsonValue, string]>([
    ['select count(*) from plans', 4, '3'],
    ['select true', false, 't'],
    ['select null::int', 0, 'null'],
    [`select ''`, 0, ''],
  ])('%s does not give %j', async (sql, expect_, got) => {
    expect(await sampleOnce(postgres(sql, expect_))).toMatchObject({ verdict: 'failed', reason: { got } })
  })

  test('no row is no data', async () => {
    const sample = await sampleOnce(postgres('select id from plans where id > 9', null))
    expect(sample).toMatchObject({ verdict: 'inconclusive', reason: { got: 'no data: no row' } })
  })

  test('a query that fails says why', async () => {
    const sample = await sampleOnce(postgres('select * from nowhere', null))
    expect(sample).toMatchObject({ verdict: 'failed' })
    expect(sample.reason.got).toContain('relation "nowhere" does not exist')
  })

  test('a check cannot write', async () => {
    const sample = await sampleOnce(postgres('insert into plans values (4) returning id', 4))
    expect(sample.verdict).toBe('failed')
    expect(sample.reason.got).toContain('read-only transaction')
    expect(await ask('select count(*)::int as n from plans')).toEqual([{ n: 3 }])
  })

  test('a query that takes too long ends, on the server too', async () => {
    const sample = await sampleOnce(postgres('select pg_sleep(60), 4711', null), { timeoutMs: 300 })
    expect(sample.verdict).toBe('failed')
    await eventually('the query to end', async () => {
      const running = await ask(`select 1 from pg_stat_activity
        where query like '%4711%' and state = 'active' and pid <> pg_backend_pid()`)
      return running.length === 0
    })
  })

  test('nobody listening, or somebody who never speaks, failed', async () => {
    const away = await sampleOnce(postgres(null, null, `postgres://x@127.0.0.1:${await closedPort()}/x`))
    expect(away).toMatchObject({ verdict: 'failed', reason: { got: 'connection refused' } })
    const silent = createServer((socket) => socket.resume())
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    afterThisTest(() => {
      silent.close()
    })
    const url = `postgres://x@127.0.0.1:${portOf(silent.address())}/x`
    expect(await sampleOnce(postgres(null, null, url), { timeoutMs: 200 })).toMatchObject({ verdict: 'failed' })
    const connections = () => new Promise<number>((resolve) => silent.getConnections((_, count) => resolve(count)))
    await eventually('the connection to be cut', async () => (await connections()) === 0)
  })

  test('the address comes from the environment and never shows', async () => {
    const url = new URL(database.url)
    url.password = 'canary-77aa'
    url.pathname = '/no-such-database'
    const environment = { SHOP_URL: url.href }
    const sample = await sampleOnce(postgres(null, null, '${env:SHOP_URL}'), { environment })
    expect(sample.verdict).toBe('failed')
    expect(JSON.stringify(sample)).not.toContain('canary-77aa')
  })
})

describe('postgres_pool', () => {
  test('passes while enough is free, and says how much is used', async () => {
    const sample = await sampleOnce(pool(0.8, 3))
    expect(sample.verdict).toBe('passed')
    expect(sample.reason.got).toMatch(/^3 connections, \d+ of \d+ used \(/)
  })

  test('its own connections do not count, those of others do', async () => {
    const held = await Promise.all(Array.from({ length: 4 }, () => connect()))
    afterThisTest(async () => {
      await Promise.all(held.map((client) => client.end()))
    })
    const used = Number(/, (\d+) of/.exec((await sampleOnce(pool(1, 6))).reason.got)?.[1])
    expect(used).toBeGreaterThanOrEqual(4)
    const [most] = await ask(`select current_setting('max_connections')::int as n`)
    const sample = await sampleOnce(pool(3 / Number(most?.n), 1))
    expect(sample).toMatchObject({ verdict: 'failed' })
  })

  test('a login that gets too few connections failed', async () => {
    await ask(`create role narrow login password 'narrow' connection limit 2`)
    afterThisTest(async () => {
      await ask('drop role narrow')
    })
    const url = new URL(database.url)
    url.username = 'narrow'
    url.password = 'narrow'
    const sample = await sampleOnce(pool(0.99, 4, url.href))
    expect(sample).toMatchObject({ verdict: 'failed' })
    expect(sample.reason.got).toMatch(/^2 of 4 connections: too many connections for role/)
    expect(await sampleOnce(pool(0.99, 2, url.href))).toMatchObject({ verdict: 'passed' })
  })

  test('leaves no connection behind', async () => {
    await sampleOnce(pool(0.8, 5))
    await eventually('all of them to be closed', async () => {
      const left = await ask(`select 1 from pg_stat_activity
        where application_name = 'belay' and datname = current_database()`)
      return left.length === 0
    })
  })
})

function postgres(sql: string | null, expected: JsonValue, url = database.url): Probe {
  return { kind: 'postgres', url, sql, expect: expected }
}

function pool(maxUsedRatio: number, connections: number, url = database.url): Probe {
  return { kind: 'postgres_pool', url, maxUsedRatio, connections }
}

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  return client
}

async function ask(sql: string): Promise<Record<string, unknown>[]> {
  const client = await connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}
