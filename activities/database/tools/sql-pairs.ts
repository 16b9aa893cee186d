import type pg from 'pg'
import { fingerprintOf, readCatalog } from '../catalog/catalog.ts'
import { qualified } from '../client.ts'
import { readMigrationDirectory, sha256 } from './migration-directory.ts'
import { noWayBackIn } from './no-way-back.ts'
import { controlsTransaction, destroysIn, splitStatements } from './sql-statements.ts'
import type { MigrationFile, MigrationSettings, MigrationTool, ToolRun } from './tool.ts'

/** First line of a file whose statements must run one by one, outside a transaction (`create index concurrently`). */
const outside = /^\s*--\s*belay:\s*no transaction\s*$/

/** Pairs `NNN_name.up.sql` and `NNN_name.down.sql`, run by Belay itself, each with its history row in one transaction. */
export const sqlPairs: MigrationTool = {
  ownLock: null,

  async files(release) {
    const texts = await readMigrationDirectory(release)
    const stray = [...texts.keys()].filter((name) => name.endsWith('.sql') && !name.includes('/') && !pair.test(name))
    if (stray.length > 0) throw new Error(`${stray.join(', ')}: expected NNN_name.up.sql or NNN_name.down.sql`)
    return sqlPairs.read(texts).sort((a, b) => byNumber(a.name, b.name))
  },

  read(texts) {
    const names = [...new Set([...texts.keys()].flatMap((name) => pair.exec(name)?.[1] ?? []))]
    return names.map((name) => fileOf(name, texts.get(`${name}.up.sql`), texts.get(`${name}.down.sql`)))
  },

  async history({ client }, { settings }) {
    if (!(await hasHistory(client, settings))) return []
    const { rows } = await client.query<{ name: string }>(`select name from ${qualified(settings)} order by position`)
    return rows.map((row) => row.name)
  },

  /** A file and its history row go together, or the host's notes know how far it came. */
  async dirty() {
    return null
  },

  async cannotRun() {
    return null
  },

  async prepare(client, settings) {
    if (await hasHistory(client, settings)) return
    await client.query(
      `create table ${qualified(settings)} (name text primary key, sha256 text not null,
        applied_at timestamptz not null default clock_timestamp(), position bigint generated always as identity)`,
    )
  },

  async up(run) {
    await runFile(run, 'up')
    const insert = `insert into ${qualified(run.settings)} (name, sha256) values ($1, $2)`
    await run.client.query(insert, [run.file.name, run.file.sha256])
  },

  async down(run) {
    await runFile(run, 'down')
    const deleted = await run.client.query(`delete from ${qualified(run.settings)} where name = $1`, [run.file.name])
    if (deleted.rowCount !== 1)
      throw new Error(`history: expected one row of ${run.file.name}, got ${deleted.rowCount}`)
  },
}

const pair = /^(\d+[A-Za-z0-9_.-]*)\.(?:up|down)\.sql$/

function fileOf(name: string, up: string | undefined, down: string | undefined): MigrationFile {
  const [ups, downs] = [splitStatements(up ?? ''), splitStatements(down ?? '')]
  const control = [...ups, ...downs].find(controlsTransaction)
  return {
    name,
    sha256: sha256(...ups, '--', ...downs),
    bytes: sha256(up ?? '', '--', down ?? ''),
    noWayBack: noWayBackIn(down ?? up ?? ''),
    sections: [
      { way: 'up' as const, file: `${name}.up.sql`, firstLine: 1, sql: up ?? '' },
      ...(down === undefined ? [] : [{ way: 'down' as const, file: `${name}.down.sql`, firstLine: 1, sql: down }]),
    ],
    wayBack: down === undefined ? 'missing' : downs.length === 0 ? 'empty' : 'there',
    destroys: destroysIn(ups),
    problem:
      up === undefined
        ? `there is a ${name}.down.sql, but no ${name}.up.sql`
        : control
          ? `${control.slice(0, 40)}: expected no transaction control, Belay sees to it; for statements that need none begin the file with "-- belay: no transaction"`
          : null,
    up: outside.test(firstLine(up)) ? 'own' : 'ours',
    down: outside.test(firstLine(down)) ? 'own' : 'ours',
    resumes: true,
  }
}

async function runFile(run: ToolRun, direction: 'up' | 'down'): Promise<void> {
  const text = (await readMigrationDirectory(run)).get(`${run.file.name}.${direction}.sql`) ?? ''
  if (run.file[direction] === 'ours') {
    await run.client.query(text)
    return
  }
  const statements = splitStatements(text)
  for (let at = run.earlier?.done ?? 0; at < statements.length; at++) {
    const statement = statements[at] ?? ''
    const began = at === run.earlier?.done ? run.earlier.began : null
    if (began !== null && (await wasDone(run, statement, began))) continue
    await run.note({ done: at, began: fingerprintOf(await readCatalog(run.client, run.settings)) })
    await run.client.query(statement).catch(async (error: unknown) => {
      // It ended, badly: not the same as being cut off.
      if (isDatabaseError(error)) await run.note({ done: at, began: null })
      throw error
    })
    await run.note({ done: at + 1, began: null })
  }
}

/** What became of a statement during which its program was killed: the catalog tells, or nobody does. */
async function wasDone(run: ToolRun, statement: string, before: string): Promise<boolean> {
  const cutOff = `cut off in the middle of: ${statement.slice(0, 100)}`
  if (!/^(create|drop|alter|comment|grant|revoke|reindex|refresh|vacuum|analyze|cluster)\b/i.test(statement)) {
    throw new Error(`${cutOff}; it may or may not have happened: look at the rows and finish by hand`)
  }
  const catalog = await readCatalog(run.client, run.settings)
  const broken = catalog.find((object) => object.kind === 'index' && object.properties.valid === false)
  if (broken) throw new Error(`${cutOff}; index ${broken.name} is invalid: drop it by hand, then try again`)
  return fingerprintOf(catalog) !== before
}

/** Somebody else's table of the same name is not taken for ours. */
async function hasHistory(client: pg.ClientBase, settings: MigrationSettings): Promise<boolean> {
  const { rows } = await client.query<{ column: string }>(
    `select attname as column from pg_attribute
     where attrelid = to_regclass($1) and attnum > 0 and not attisdropped`,
    [qualified(settings)],
  )
  const missing = ['name', 'sha256', 'position'].filter((column) => !rows.some((row) => row.column === column))
  if (rows.length === 0) return false
  if (missing.length === 0) return true
  throw new Error(
    `${settings.schema}.${settings.table}: expected Belay's history table, got one without ${missing.join(', ')}; name another in database.migrations.table`,
  )
}

function byNumber(a: string, b: string): number {
  const difference = BigInt(/^\d+/.exec(a)?.[0] ?? 0) - BigInt(/^\d+/.exec(b)?.[0] ?? 0)
  return difference < 0n ? -1 : difference > 0n ? 1 : a < b ? -1 : 1
}

function firstLine(text = ''): string {
  return text.split('\n')[0] ?? ''
}

function isDatabaseError(error: unknown): boolean {
  return error instanceof Error && 'severity' in error
}
