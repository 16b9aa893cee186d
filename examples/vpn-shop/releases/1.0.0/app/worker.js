import { setTimeout as pause } from 'node:timers/promises'
import { loadConfig, ownVersion } from './config.js'
import { createPool } from './database.js'
import { log } from './log.js'
import { processDue } from './subscriptions.js'

const config = loadConfig(process.env.CONFIG_FILE)
const pool = createPool({ ...config, poolSize: 1 }, process.env.DATABASE_URL)
const stopped = new AbortController()
process.once('SIGTERM', () => stopped.abort())

log('INFO', `worker ${ownVersion()} starts`)
while (!stopped.signal.aborted) {
  await processOnce()
  await pause(config.workerEveryMs, undefined, { signal: stopped.signal }).catch(() => undefined)
}
await pool.end()
log('INFO', 'worker stops')

/** An idle worker says so too: silence would look like death. */
async function processOnce() {
  try {
    const count = await processDue(pool)
    await pool.query(
      `insert into worker_runs (worker, at, processed) values ('subscriptions', now(), $1)
       on conflict (worker) do update set at = excluded.at, processed = excluded.processed`,
      [count],
    )
    log('INFO', `processed ${count} subscriptions`)
  } catch (error) {
    log('ERROR', `cannot process subscriptions: ${error.message}`)
  }
}
