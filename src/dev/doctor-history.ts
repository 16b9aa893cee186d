import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import type { Finding, Patient } from './finding.ts'

/** Is Belay's own database there, with the tables of this version? */
export async function historyFinding({ environment }: Patient): Promise<Finding> {
  const url = environment.BELAY_DATABASE_URL
  if (!url) return { name: 'postgres', ok: true, detail: 'none given: belay dev brings its own', fix: null }
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 4_000, query_timeout: 4_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return await schemaFinding(client)
  } catch (error) {
    const detail = `does not answer: ${wordsOf(error)}`
    return {
      name: 'postgres',
      ok: false,
      detail,
      fix: 'start it, correct BELAY_DATABASE_URL, or unset it and run belay dev',
    }
  } finally {
    await client.end().catch(() => undefined)
  }
}

const migrations = fileURLToPath(new URL('../history/migrations', import.meta.url))

async function schemaFinding(client: pg.Client): Promise<Finding> {
  const { rows } = await client.query<{ version: string; ledger: string | null }>(
    "select current_setting('server_version') as version, to_regclass('belay_migrations')::text as ledger",
  )
  const applied = rows[0]?.ledger ? (await client.query('select name from belay_migrations')).rowCount : 0
  const known = (await readdir(migrations)).filter((name) => name.endsWith('.sql')).length
  const detail = `${rows[0]?.version}, ${applied} of ${known} migrations`
  if (applied === known) return { name: 'postgres', ok: true, detail, fix: null }
  return { name: 'postgres', ok: false, detail, fix: 'start a worker of this version: it brings the tables up to date' }
}

/** Never the address: it holds a password. */
function wordsOf(error: unknown): string {
  if (error instanceof AggregateError) return wordsOf(error.errors[0])
  return error instanceof Error ? error.message.slice(0, 200) : 'unknown error'
}
