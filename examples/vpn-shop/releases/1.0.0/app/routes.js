import { isReady } from './database.js'
import { renderMetrics } from './metrics.js'
import { createPlans } from './plans.js'
import { createSales } from './sales.js'
import { createUsers } from './users.js'

/** Everything the web application answers. */
export function createRoutes({ pool, config, version, counter }) {
  const users = createUsers({ pool, config })
  const plans = createPlans({ pool, config })
  const sales = createSales({ pool, config, users, plans })
  const created = (work) => async (body) => ({ status: 201, body: await work(body) })

  return {
    'GET /health': health,
    'GET /metrics': async () => ({ body: await metrics() }),
    'GET /admin': async () => ({ body: await overview() }),
    'POST /register': created(users.register),
    'POST /pay': created(sales.pay),
    'POST /subscribe': created(sales.subscribe),
    'POST /keys': created(sales.createKey),
  }

  async function health() {
    const ready = await isReady(pool)
    const body = { status: ready ? 'ok' : 'degraded', db_ready: ready, version, config_hash: config.hash }
    return { status: ready ? 200 : 503, body }
  }

  async function overview() {
    const { rows } = await pool.query(
      `select (select count(*)::int from users) users, (select count(*)::int from payments) payments,
         (select count(*)::int from subscriptions) subscriptions, (select count(*)::int from vpn_keys) keys`,
    )
    return { version, ...rows[0] }
  }

  async function metrics() {
    const { requests, errors, ratio } = counter.totals()
    const gauge = (name, help, value) => ({ name, type: 'gauge', help, value })
    const total = (name, help, value) => ({ name, type: 'counter', help, value })
    return renderMetrics([
      gauge('system_state_status', '0: healthy; 1: nothing can be sold', await systemState()),
      total('http_requests_total', 'Requests answered', requests),
      total('http_errors_total', 'Requests answered with 5xx', errors),
      gauge('http_error_ratio', 'Share of the requests of the last 10 s answered with 5xx', ratio),
      gauge('db_pool_max', 'Connections the pool may open', config.poolSize),
      gauge('db_pool_open', 'Connections open', pool.totalCount),
      gauge('db_pool_idle', 'Open connections that are free', pool.idleCount),
      gauge('db_pool_waiting', 'Requests that wait for a connection', pool.waitingCount),
      gauge('worker_last_run_timestamp_seconds', 'When the background worker last processed', await lastRun()),
      gauge('process_start_time_seconds', 'When this process started', Math.round(performance.timeOrigin) / 1000),
    ])
  }

  async function systemState() {
    return plans.find('basic').then(
      () => 0,
      () => 1,
    )
  }

  async function lastRun() {
    const sql = 'select extract(epoch from max(at))::float8 at from worker_runs'
    return pool.query(sql).then(
      ({ rows }) => rows[0].at,
      () => null,
    )
  }
}
