import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inOwnTemporary } from '../../disk/own-temporary.ts'
import { qualified } from '../client.ts'
import { isRepeated, readDbmateFile } from './dbmate-file.ts'
import { dbmateProgram } from './dbmate-program.ts'
import { foreignTable, historyColumns, namesOfVersions } from './history-table.ts'
import { readMigrationDirectory, readMigrationsIfThere } from './migration-directory.ts'
import { cutOff, runNoted } from './run-noted.ts'
import type { MigrationFile, MigrationTool, Target, ToolRun } from './tool.ts'

/**
 * The release's own dbmate. It applies all that is pending, and reverts the newest applied version *that has a file*,
 * whichever that is; so it is shown a directory that holds the one migration it is meant to run.
 */
export const dbmate: MigrationTool = {
  ownLock: null,

  async files(release) {
    const files = dbmate.read(await readMigrationDirectory(release))
    // As it sorts itself: by the bytes of the names.
    const names = files.sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ name }) => name)
    return files.map((file) => (isRepeated(file.name, names) ? { ...file, problem: sameVersion(file.name) } : file))
  },

  read: (texts) => [...texts].flatMap(([file, text]) => readDbmateFile(file, text) ?? []),

  /** Its table holds versions; it orders by them, because it keeps no time. */
  async history(target, { settings, release, known }) {
    const own = release === null ? [] : dbmate.read(await readMigrationsIfThere(release)).map(({ name }) => name)
    return namesOfVersions(await versionsIn(target, settings), { own, known }, versionOf)
  },

  /** What failed in a transaction left nothing, and what failed outside of one is not in its table. */
  async dirty() {
    return null
  },

  async cannotRun(release, environment) {
    const program = await dbmateProgram(release, environment)
    return 'missing' in program ? program.missing : null
  },

  /** The tool makes its history table itself. */
  async prepare() {},

  async up(run) {
    await runAlone(run, 'migrate')
  },

  async down(run) {
    const newest = (await versionsIn(run, run.settings)).at(-1)
    const version = versionOf(run.file.name)
    if (newest !== version) {
      throw new Error(`${run.file.name}: dbmate reverts the newest version only, and that is ${newest ?? 'none'}`)
    }
    await runAlone(run, 'rollback')
  },
}

async function runAlone(run: ToolRun, way: 'migrate' | 'rollback'): Promise<void> {
  const { name } = run.file
  const text = (await readMigrationDirectory(run)).get(`${name}.sql`)
  if (text === undefined) throw new Error(`${name}: expected its file, got none`)
  const block = readDbmateFile(`${name}.sql`, text)?.[way === 'migrate' ? 'upOutside' : 'downOutside']
  if (run.earlier !== null && block === true) throw cutOff(name, 'it runs outside a transaction')
  await withOnly(`${name}.sql`, text, (directory) => runDbmate(run, way, directory))
}

async function runDbmate(run: ToolRun, way: 'migrate' | 'rollback', directory: string): Promise<void> {
  const program = await dbmateProgram(run, run.environment)
  if ('missing' in program) throw new Error(program.missing)
  const { schema, table } = run.settings
  const options = [
    // The schema file is the developer's; a deployment must not rewrite it, nor need pg_dump.
    '--no-dump-schema',
    `--migrations-dir=${directory}`,
    `--migrations-table=${schema}.${table}`,
    '--env=DATABASE_URL',
  ]
  // Its own variables would win over what is not said here (e.g. strict order, another driver).
  const kept = Object.entries(run.environment).filter(([name]) => !name.startsWith('DBMATE_'))
  const { shown } = run
  const target = { url: withTlsAsOurs(run), environment: Object.fromEntries(kept), ...(shown && { shown }) }
  const what = `dbmate ${way} of ${run.file.name}`
  const command = [program.path, ...options, way]
  // In a directory of its own, where no .env speaks for other databases.
  await runNoted(run, { what, began: '', target }, { command, cwd: directory, settings: run.settings })
}

/** Its driver demands TLS where nothing is said; Belay's own connection does not, and has got through. */
function withTlsAsOurs({ url, environment }: ToolRun): string {
  const address = new URL(url)
  if (address.searchParams.has('sslmode') || environment.PGSSLMODE) return url
  address.searchParams.set('sslmode', 'disable')
  return address.href
}

async function withOnly<T>(file: string, text: string, work: (directory: string) => Promise<T>): Promise<T> {
  return await inOwnTemporary('dbmate', async (directory) => {
    await writeFile(join(directory, file), text, { mode: 0o600 })
    return await work(directory)
  })
}

async function versionsIn({ client }: Pick<Target, 'client'>, settings: ToolRun['settings']): Promise<string[]> {
  const columns = await historyColumns(client, settings)
  if (columns.length === 0) return []
  if (!columns.includes('version')) throw foreignTable(settings, "dbmate's history table", ['version'])
  const versions = `select version::text as version from ${qualified(settings)} order by version::text collate "C"`
  return (await client.query<{ version: string }>(versions)).rows.map((row) => row.version)
}

function versionOf(name: string): string {
  return /^\d+/.exec(name)?.[0] ?? name
}

function sameVersion(name: string): MigrationFile['problem'] {
  return `${name}.sql: expected a version of its own, got one that another file has too`
}
