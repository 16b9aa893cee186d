import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import type { Demo } from './stage.ts'

export type Expected = {
  serving: string
  migrations: number
  /** The last run on record, and the release it was about. */
  outcome: string
  of: string
  /** Columns that must be there. */
  columns: readonly string[]
}

/** Re-reads the world without Belay's help and compares: nothing that was printed is believed. */
export async function expectWorld(demo: Demo, expected: Expected): Promise<void> {
  const home = join(demo.root, 'srv', 'production')
  const health = await fetch(`http://127.0.0.1:${demo.ports.production}/health`).then((reply) => reply.json())
  demo.compare('serving', expected.serving, field(health, 'version'))
  const marker: unknown = JSON.parse(await readFile(join(home, '.deployment_marker'), 'utf8'))
  demo.compare(
    'marker',
    { version: expected.serving, commit: demo.tags[`v${expected.serving}`] },
    { version: field(marker, 'version'), commit: field(marker, 'commit') },
  )
  demo.compare('current', expected.serving, (await readlink(join(home, 'current'))).split('/').at(-1))
  const wanted = await git(demo, 'show', `v${expected.serving}:config/production.json`)
  const bytes = await readFile(join(home, 'config.json'))
  demo.compare('configuration bytes', sha256(wanted), sha256(bytes))
  demo.compare('configuration loaded', sha256(bytes), field(health, 'config_hash'))
  const applied = await rows(demo.databaseUrl, 'select name from pgmigrations order by id')
  demo.compare('migrations applied', expected.migrations, applied.length)
  const columns = await rows(
    demo.databaseUrl,
    "select table_name || '.' || column_name as name from information_schema.columns where table_schema = 'public'",
  )
  for (const column of expected.columns)
    demo.compare(
      `column ${column}`,
      true,
      columns.some((row) => row.name === column),
    )
  const [last] = await rows(
    demo.environment.BELAY_DATABASE_URL ?? '',
    'select version, outcome from deployment_history order by started_at desc limit 1',
  )
  demo.compare(
    'history',
    { version: expected.of, outcome: expected.outcome },
    { version: last?.version, outcome: last?.outcome },
  )
  const recorded = await git(demo, 'tag', '--list', `deploy/production/${expected.of}/*`)
  demo.compare('git tag of this run', true, recorded.toString().trim() !== '')
}

async function rows(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

async function git(demo: Demo, ...args: string[]): Promise<Buffer> {
  const { stdout } = await promisify(execFile)('git', args, { cwd: demo.repository, encoding: 'buffer' })
  return stdout
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
