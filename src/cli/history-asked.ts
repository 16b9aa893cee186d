import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { readConfigurationFile } from '../client/configuration-file.ts'
import { Usage, WrongConfiguration } from '../client/errors.ts'
import { loadConfiguration } from '../config/load.ts'
import { databaseOf } from '../config/plan/release.ts'
import type { DatabasePlan, MigrationToolName } from '../domain/plan.ts'
import { resolveReferences } from '../domain/reference.ts'
import { shown } from '../domain/version.ts'
import { configFile, text } from './given.ts'
import type { Options } from './program/command.ts'
import type { Shell } from './shell/shell.ts'

export type AskedHistory = {
  release: { releaseDirectory: string; settings: DatabasePlan['migrations']; migrations: string }
  /** With password; null: the embedded server. */
  url: string | null
}

/** Whose history: as the options say, or, without `--tool`, as `belay.yaml` does. */
export async function historyAsked(shell: Shell, options: Options): Promise<AskedHistory> {
  const tool = toolGiven(options)
  const configured = tool === null ? await databaseConfigured(shell, options) : null
  const base = configured?.migrations ?? settingsOf(tool ?? 'sql')
  const { directory = base.directory, table = base.table, schema = base.schema } = named(options)
  const migrations = resolve(shell.directory, directory)
  if (!(await isDirectory(migrations)))
    throw new Usage(`${directory}: expected a directory of migrations, got none; name it with --directory`)
  const settings = { ...base, directory, table, schema }
  const url = text(options.url) ?? configured?.rehearsal?.url ?? null
  return {
    release: { releaseDirectory: shell.directory, settings, migrations },
    url: url === null ? null : addressOf(url, shell),
  }
}

const tools = ['sql', 'dbmate', 'node-pg-migrate'] as const

function toolGiven(options: Options): MigrationToolName | null {
  const given = text(options.tool)
  if (given === null) return null
  const tool = tools.find((name) => name === given)
  if (tool) return tool
  throw new Usage(`--tool: expected ${tools.join(', ')}, got ${shown(given)}; for another one see belay docs database`)
}

/** As the configuration has it where nothing is said. */
function settingsOf(tool: MigrationToolName): DatabasePlan['migrations'] {
  const table = tool === 'node-pg-migrate' ? 'pgmigrations' : 'schema_migrations'
  const limits = { timeoutMs: 600_000, lockTimeoutMs: 5_000 }
  return { tool, directory: 'migrations', table, schema: 'public', additive: 'none', ...limits }
}

async function databaseConfigured(shell: Shell, options: Options): Promise<DatabasePlan> {
  const file = configFile(shell, options)
  if (!(await isFile(file))) throw new Usage(`${file}: expected the tool in it, got no such file; ${byHand}`)
  const source = { file, text: await readConfigurationFile(file), commit: null }
  const loaded = loadConfiguration(source.text, file)
  if (!loaded.ok) throw new WrongConfiguration(loaded.problems, source)
  const { environments } = loaded.configuration
  const named = text(options.env) ?? [...environments.keys()][0] ?? ''
  const settings = environments.get(named)
  const database = settings ? databaseOf(settings) : null
  if (database) return database
  const missing = settings ? 'database.migrations' : `an environment ${shown(named)}`
  throw new Usage(`${file}: expected ${missing}, got none; ${byHand}`)
}

const byHand = 'Next: belay rehearse --all --tool sql --directory migrations'

function named(options: Options): { directory?: string; table?: string; schema?: string } {
  const [directory, table, schema] = [text(options.directory), text(options.table), text(options.schema)]
  return { ...(directory && { directory }), ...(table && { table }), ...(schema && { schema }) }
}

function addressOf(url: string, shell: Shell): string {
  try {
    const address = resolveReferences(url, shell.environment)
    if (/^postgres(ql)?:\/\//.test(address) && URL.canParse(address)) return address
  } catch (error) {
    throw new Usage(`--url: ${error instanceof Error ? error.message : 'expected an address'}`)
  }
  throw new Usage('--url: expected postgres://user:password@host:port/database, got something else')
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() ?? false
}
