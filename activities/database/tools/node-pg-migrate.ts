import { access, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isRecord } from '../../../src/domain/is-record.ts'
import { isErrno } from '../../disk/atomic.ts'
import { qualified } from '../client.ts'
import { migrationDirectory, readMigrationDirectory, sha256 } from './migration-directory.ts'
import { destroysInScript, sectionsOfScript, wayBackOfScript, wordsOfScript } from './migration-script.ts'
import { noWayBackIn } from './no-way-back.ts'
import { cutOff, runNoted } from './run-noted.ts'
import type { MigrationFile, MigrationTool, Release, ToolRun } from './tool.ts'

/**
 * The release's own node-pg-migrate, one migration a run, by name. It checks the order of names against the history by
 * position, which fails for ever once an applied migration is not in the directory; Belay checks the order by itself.
 */
export const nodePgMigrate: MigrationTool = {
  ownLock: '7241865325823964',
  scripts: true,

  async files(release) {
    const texts = await readMigrationDirectory(release)
    return nodePgMigrate.read(texts).sort((a, b) => compareNames(a.name, b.name))
  },

  read: (texts) => [...texts].filter(([file]) => !file.includes('/')).map(([file, text]) => fileOf(file, text)),

  async history({ client }, { settings }) {
    const { rows: tables } = await client.query<{ there: boolean }>('select to_regclass($1) is not null as there', [
      qualified(settings),
    ])
    if (tables[0]?.there !== true) return []
    const { rows } = await client.query<{ name: string }>(`select name from ${qualified(settings)} order by run_on, id`)
    return rows.map((row) => row.name)
  },

  /** Its history holds nothing of runs that failed. */
  async dirty() {
    return null
  },

  async cannotRun(release) {
    const program = await programIn(release)
    if (program !== null) return null
    return `node-pg-migrate: expected it in ${release.releaseDirectory}/node_modules, as a dependency of the release, got none; add it, and install it in release.build`
  },

  /** The tool makes its history table itself. */
  async prepare() {},

  async up(run) {
    await runTool(run, 'up')
  },

  async down(run) {
    await runTool(run, 'down')
  },
}

async function runTool(run: ToolRun, direction: 'up' | 'down'): Promise<void> {
  const { name } = run.file
  if (run.earlier !== null && run.file[direction] === 'own' && (await breaksTransaction(run))) {
    throw cutOff(name, 'it runs outside a transaction')
  }
  const program = await programIn(run)
  if (program === null)
    throw new Error((await nodePgMigrate.cannotRun(run, run.environment)) ?? 'node-pg-migrate is not there')
  const command = [process.execPath, program, direction, name, ...(await toolOptions(run))]
  const what = `node-pg-migrate ${direction} ${name}`
  await runNoted(run, { what, began: '' }, { command, cwd: run.releaseDirectory, settings: run.settings })
}

async function toolOptions(run: ToolRun): Promise<string[]> {
  const { schema, table } = run.settings
  return [
    `--migrations-dir=${await migrationDirectory(run)}`,
    `--migrations-table=${table}`,
    `--migrations-schema=${schema}`,
    `--schema=${schema}`,
    '--no-check-order',
    '--no-verbose',
    // A `db` section of the service's own configuration would win over these options.
    '--config-value=belay-names-no-section',
  ]
}

async function programIn({ releaseDirectory }: Release): Promise<string | null> {
  const manifest = join(releaseDirectory, 'node_modules/node-pg-migrate/package.json')
  try {
    const { bin }: { bin?: unknown } = JSON.parse(await readFile(manifest, 'utf8'))
    const path = typeof bin === 'string' ? bin : isRecord(bin) ? bin['node-pg-migrate'] : null
    if (typeof path !== 'string') return null
    const program = join(dirname(manifest), path)
    await access(program)
    return program
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return null
    throw error
  }
}

function fileOf(file: string, text: string): MigrationFile {
  const name = file.replace(/\.[^.]*$/, '')
  const problem = /^\d+[^\d\s]/.test(name)
    ? null
    : `${file}: expected a name like 1700000000000_add-column.js: a number, then words`
  return {
    name,
    sha256: sha256(...wordsOfScript(file, text)),
    bytes: sha256(text),
    wayBack: wayBackOfScript(file, text),
    noWayBack: noWayBackIn(text),
    sections: sectionsOfScript(file, text),
    destroys: destroysInScript(file, text),
    problem,
    up: 'own',
    down: 'own',
    resumes: false,
  }
}

async function breaksTransaction(run: ToolRun): Promise<boolean> {
  const texts = [...(await readMigrationDirectory(run))]
  return texts.some(([file, text]) => file.replace(/\.[^.]*$/, '') === run.file.name && /noTransaction/.test(text))
}

/** The tool's order: by number (17 digits are a date), then by words. */
function compareNames(a: string, b: string): number {
  return numberOf(a) - numberOf(b) || a.localeCompare(b, undefined, { numeric: true, ignorePunctuation: true })
}

function numberOf(name: string): number {
  const digits = /^\d+/.exec(name)?.[0] ?? ''
  if (digits.length !== 17) return Number(digits)
  const [, day, hour, minute, second, fraction] = /^(.{8})(..)(..)(..)(...)$/.exec(digits) ?? []
  const date = `${day?.slice(0, 4)}-${day?.slice(4, 6)}-${day?.slice(6)}`
  return Date.parse(`${date}T${hour}:${minute}:${second}.${fraction}Z`)
}
