import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeRepository, versions } from '../../examples/vpn-shop/make-repository.ts'
import type { ItemAnswer } from '../../src/domain/checklist.ts'
import { eventually } from '../support/eventually.ts'
import { createDatabase } from '../support/postgres.ts'
import { planOf } from './plan.ts'
import { probeChecks } from './probes.ts'
import {
  addressOf,
  ask,
  example,
  freePorts,
  installRelease,
  metricsOf,
  migrate,
  onServer,
  type Program,
  query,
  type RunningShop,
  startProgram,
  startShop,
} from './shop.ts'

const yaml = await readFile(join(example, 'belay.yaml'), 'utf8')
const plan = planOf(yaml, 'production')
const anHourMs = 3_600_000

let root = ''
let services: Program[] = []
let upstream: { vpnApi: string; paymentProvider: string }

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'belay-shop-'))
  const { directory } = await makeRepository(join(root, 'repository'))
  for (const version of versions) {
    await installRelease({
      repository: directory,
      tag: `v${version}`,
      directory: releaseOf(version),
      build: plan.layout.build,
    })
  }
  services = ['vpn-api', 'payment-provider'].map((name) =>
    startProgram(['node', join(example, `services/${name}.mjs`), '0']),
  )
  const [vpnApi = '', paymentProvider = ''] = await Promise.all(services.map(addressOf))
  upstream = { vpnApi, paymentProvider }
}, 120_000)

afterAll(async () => {
  await Promise.all(services.map((service) => service.stop()))
  await rm(root, { recursive: true, force: true })
})

function commandsOf(item: ItemAnswer): (readonly string[])[] {
  if (item.by === 'command') return [item.command]
  if (item.by !== 'evidence') return []
  return item.providers.flatMap((provider) => (provider.kind === 'command' ? [provider.command] : []))
}

describe('every release', () => {
  test.each(versions)('%s passes the gate commands in a clean checkout', async (version) => {
    const directory = join(root, `gate-${version}`)
    await installRelease({ repository: join(root, 'repository'), tag: `v${version}`, directory, build: [] })
    const commands = Object.values(plan.gate.items).flatMap(commandsOf)
    expect(commands).toHaveLength(3)
    for (const [program = '', ...args] of commands) await execa(program, args, { cwd: directory })
  })

  test('a migration without a way down does not pass them', async () => {
    const directory = join(root, 'one-way')
    await installRelease({ repository: join(root, 'repository'), tag: 'v1.0.0', directory, build: [] })
    await execa('sed', ['-i', '/^drop/d', 'migrations/20260105090000000_create_shop.sql'], { cwd: directory })
    const checked = await execa('node', ['test/migrations.js'], { cwd: directory, reject: false })
    expect(checked).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('"-- Down Migration"') })
  })

  test('migrates, sells and processes; the one before lives with its schema; all the way down nothing is left', async () => {
    const database = await createDatabase()
    try {
      for (const [index, version] of versions.entries()) {
        await migrate(releaseOf(version), database.url)
        const before = versions[index - 1]
        if (before) await withShop(before, database.url, {}, (shop) => sells(shop, before, database.url))
        await withShop(version, database.url, {}, (shop) => sells(shop, version, database.url))
      }
      await migrate(releaseOf('1.3.0'), database.url, ['down', String(versions.length)])
      const left = await query(database.url, "select relname from pg_class where relnamespace = 'public'::regnamespace")
      expect(left.filter(({ relname }) => !String(relname).startsWith('pgmigrations'))).toEqual([])
    } finally {
      await database.drop()
    }
  }, 120_000)
})

describe('the releases that fall ill', () => {
  test('1.2.0 stays healthy on its health page and sells nothing any more, which metrics tell', async () => {
    await withMigrated('1.2.0', async (database) => {
      await withShop('1.2.0', database, { fallIllAfterMs: 300 }, async (shop) => {
        const { userId } = (await ask(shop.url, '/register', { email: 'ill@example.com' })).body
        await eventually('illness', async () => (await metricsOf(shop.url)).system_state_status === 1)
        const sale = await ask(shop.url, '/pay', { userId, plan: 'basic' })
        expect(sale.status).toBe(500)
        expect(await ask(shop.url, '/health')).toMatchObject({ status: 200, body: { status: 'ok', db_ready: true } })
        const metrics = await metricsOf(shop.url)
        expect(metrics.http_errors_total).toBeGreaterThan(0)
        expect(metrics.http_error_ratio).toBeGreaterThan(0.01)
        expect(shop.web.output()).toMatch(/ ERROR POST \/pay 500 /)
        expect(await probe(shop, database)).toMatchObject({ health: 'passed', state: 'failed', errors: 'failed' })
      })
      expect(await query(database, 'select count(referral_code)::int written from users')).toEqual([{ written: 0 }])
    })
  })

  test('1.2.1 has written to its new column when it falls ill', async () => {
    await withMigrated('1.2.1', async (database) => {
      await withShop('1.1.0', database, {}, (shop) => sells(shop, '1.1.0', database))
      const written = () => query(database, 'select count(device_limit)::int written from subscriptions')
      expect(await written()).toEqual([{ written: 0 }])
      await withShop('1.2.1', database, { fallIllAfterMs: 300 }, async (shop) => {
        await eventually('a device limit', async () => (await written())[0]?.written === 1)
        await eventually('illness', async () => (await metricsOf(shop.url)).system_state_status === 1)
      })
    })
  })
})

describe('when something is missing', () => {
  test('a database that is away shows in health, metrics and the worker, and heals by itself', async () => {
    await withMigrated('1.0.0', async (database) => {
      const blocked = new URL(database).pathname.slice(1)
      await withShop('1.0.0', database, {}, async (shop) => {
        await eventually('work', () => shop.worker.output().includes('processed'))
        await onServer(database, `alter database ${blocked} allow_connections false`)
        await onServer(database, `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${blocked}'`)
        await eventually('no health', async () => (await ask(shop.url, '/health')).status === 503)
        expect((await ask(shop.url, '/health')).body).toMatchObject({ status: 'degraded', db_ready: false })
        const metrics = await metricsOf(shop.url)
        expect(metrics.system_state_status).toBe(1)
        expect(metrics).not.toHaveProperty('worker_last_run_timestamp_seconds')
        await eventually('an error', () => / ERROR cannot process/.test(shop.worker.output()))
        await onServer(database, `alter database ${blocked} allow_connections true`)
        await eventually('health', async () => (await ask(shop.url, '/health')).status === 200)
      })
    })
  })

  test('a payment provider that is away costs the sale, not the shop', async () => {
    await withMigrated('1.0.0', async (database) => {
      const [nobody] = await freePorts(1)
      await withShop('1.0.0', database, { paymentProvider: `http://127.0.0.1:${nobody}` }, async (shop) => {
        const { userId } = (await ask(shop.url, '/register', { email: 'a@example.com' })).body
        expect((await ask(shop.url, '/pay', { userId, plan: 'basic' })).status).toBe(502)
        expect((await ask(shop.url, '/health')).status).toBe(200)
        expect(await query(database, 'select count(*)::int paid from payments')).toEqual([{ paid: 0 }])
      })
    })
  })

  test('bad requests are refused with what was expected, and are no errors of the shop', async () => {
    await withMigrated('1.0.0', async (database) => {
      await withShop('1.0.0', database, {}, async ({ url }) => {
        expect((await ask(url, '/register', { email: 'nobody' })).status).toBe(400)
        expect((await ask(url, '/register', 'text')).status).toBe(400)
        expect((await ask(url, '/register', { email: `${'x'.repeat(20_000)}@y` })).status).toBe(413)
        expect((await ask(url, '/pay', { userId: 99, plan: 'basic' })).status).toBe(404)
        const { userId } = (await ask(url, '/register', { email: 'a@example.com' })).body
        expect((await ask(url, '/register', { email: 'a@example.com' })).status).toBe(409)
        expect((await ask(url, '/pay', { userId, plan: 'gold' })).status).toBe(404)
        expect((await ask(url, '/keys', { userId })).status).toBe(402)
        expect((await ask(url, '/nowhere')).status).toBe(404)
        expect((await metricsOf(url)).http_errors_total).toBe(0)
      })
    })
  })
})

test('traffic brings customers within its bounds, and tells what they were answered', async () => {
  await withMigrated('1.0.0', async (database) => {
    await withShop('1.0.0', database, {}, async ({ url }) => {
      const bounds = ['--url', url, '--customers', '5', '--every-ms', '1', '--seconds', '30']
      const { stdout } = await execa('node', [join(example, 'traffic.mjs'), ...bounds])
      const pages = ['register', 'pay', 'subscribe', 'keys'].map((page) => [`POST /${page} 201`, 5])
      expect(JSON.parse(stdout)).toEqual({ customers: 5, answers: Object.fromEntries(pages), unanswered: 0 })
      expect((await ask(url, '/admin')).body).toMatchObject({ users: 5, payments: 5, subscriptions: 5, keys: 5 })
    })
  })
})

/** A customer buys and gets a key, and the worker of the same release processes the subscription. */
async function sells(shop: RunningShop, version: string, database: string): Promise<void> {
  const health = await ask(shop.url, '/health')
  expect(health).toEqual({
    status: 200,
    body: { status: 'ok', db_ready: true, version, config_hash: shop.configHash },
  })
  const { userId } = (await ask(shop.url, '/register', { email: `${crypto.randomUUID()}@example.com` })).body
  const { paymentId } = (await ask(shop.url, '/pay', { userId, plan: 'basic' })).body
  const subscription = await ask(shop.url, '/subscribe', { paymentId })
  expect(subscription.status).toBe(201)
  expect(await ask(shop.url, '/keys', { userId })).toMatchObject({ status: 201, body: { key: expect.any(String) } })
  await eventually('processing', () => / INFO processed [1-9]\d* subscriptions/.test(shop.worker.output()))
  const metrics = await metricsOf(shop.url)
  expect(metrics).toMatchObject({ system_state_status: 0, http_errors_total: 0, http_error_ratio: 0 })
  expect(metrics.http_requests_total).toBeGreaterThan(4)
  expect(metrics.worker_last_run_timestamp_seconds).toBeGreaterThan(metrics.process_start_time_seconds ?? Infinity)
  expect(shop.worker.output()).not.toContain('ERROR')
  const verdicts = await probe(shop, database)
  expect(Object.keys(verdicts).toSorted()).toEqual([...asked].toSorted())
  expect(new Set(Object.values(verdicts))).toEqual(new Set(['passed']))
}

const asked = ['admin', 'db', 'errors', 'health', 'metrics', 'payment_provider', 'pool', 'state', 'vpn_api']

/** The checks of belay.yaml, by Belay's own probes, where this shop really listens. */
function probe(shop: RunningShop, database: string): Promise<Record<string, string>> {
  const placed = yaml
    .replaceAll('http://127.0.0.1:8080', shop.url)
    .replaceAll('http://127.0.0.1:8090', upstream.vpnApi)
    .replaceAll('http://127.0.0.1:8091', upstream.paymentProvider)
  return probeChecks(planOf(placed, 'production'), { VPN_SHOP_PRODUCTION_DATABASE_URL: database })
}

async function withShop(
  version: string,
  database: string,
  over: Record<string, unknown>,
  work: (shop: RunningShop) => Promise<void>,
): Promise<void> {
  const settings = { ...upstream, fallIllAfterMs: anHourMs, workerEveryMs: 50, ...over }
  const shop = await startShop({ release: releaseOf(version), database, over: settings })
  try {
    await work(shop)
  } finally {
    await shop.stop()
  }
}

async function withMigrated(version: string, work: (database: string) => Promise<void>): Promise<void> {
  const database = await createDatabase()
  try {
    await migrate(releaseOf(version), database.url)
    await work(database.url)
  } finally {
    await database.drop()
  }
}

function releaseOf(version: string): string {
  return join(root, version)
}
