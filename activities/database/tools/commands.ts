import { fingerprintOf, readCatalog } from '../catalog/catalog.ts'
import { commandFor, commandsOf, listNames, missingProgram } from './commands-run.ts'
import { foreignFile, namesOf } from './foreign-file.ts'
import { readMigrationDirectory, readMigrationsIfThere } from './migration-directory.ts'
import type { MigrationFile, MigrationTool, Release, ToolRun } from './tool.ts'
import { runToolProcess } from './tool-process.ts'

/**
 * Any other tool, by the service's own four commands, run in the release's directory with the database's address in
 * DATABASE_URL, whatever `database.url` calls it. What it prints is a list of names and nothing more: after each apply
 * and revert it is asked again, and the catalog is compared. Its files are what lies in `directory`, matched by name.
 */
export const commands: MigrationTool = {
  scripts: true,
  ownLock: null,

  /** Applied ones first: whoever reverts one wants its file too. */
  async files(release, target) {
    const texts = await readMigrationDirectory(release)
    const applied = await listNames(release, target, 'applied')
    const pending = await listNames(release, target, 'pending')
    const both = pending.find((name) => applied.includes(name))
    if (both !== undefined) throw new Error(`${both}: expected it applied or pending, got it in both lists`)
    const names = [...applied, ...pending]
    const files = names.map((name) => foreignFile(name, texts, names))
    return release.migrations === undefined ? files : await comparedWithOwn(release, files)
  },

  /** Only by the files: which migrations there are only the tool knows, and it is not asked without a database. */
  read: (texts) => namesOf(texts).map((name) => foreignFile(name, texts, [])),

  async history(target, { settings, release }) {
    if (release === null) {
      throw new Error('expected the release whose commands tell what is applied, but nobody here knows it')
    }
    return await listNames({ ...release, settings }, target, 'applied')
  },

  /** It has no way to say so; what it left half way is seen in the catalog. */
  async dirty() {
    return null
  },

  async cannotRun(release) {
    return await missingProgram(release)
  },

  async prepare() {},

  async up(run) {
    await runOne(run, 'apply')
  },

  async down(run) {
    await runOne(run, 'revert')
  },
}

/** The tool runs what lies in the release, so that must still be what the snapshot holds. */
async function comparedWithOwn(
  { migrations: _, ...release }: Release,
  files: MigrationFile[],
): Promise<MigrationFile[]> {
  const texts = await readMigrationsIfThere(release)
  return files.map((file) => {
    if (foreignFile(file.name, texts, []).sha256 === file.sha256) return file
    return { ...file, problem: `its files in ${release.releaseDirectory} were changed since; restore them` }
  })
}

async function runOne(run: ToolRun, way: 'apply' | 'revert'): Promise<void> {
  const { name } = run.file
  const command = commandFor(commandsOf(run.settings)[way], name)
  const now = fingerprintOf(await readCatalog(run.client, run.settings))
  // Not in the list, and nothing of it to be seen: it was cut off before it began, or went back by itself.
  if (run.earlier?.began && run.earlier.began !== now) {
    throw new Error(`${name} was cut off in the middle, and something changed: look at what it did and finish by hand`)
  }
  await run.note({ done: 0, began: now })
  const end = await runToolProcess(run, { command, cwd: run.releaseDirectory, settings: run.settings })
  if (end.exitCode === 0) return
  // It ended, badly: not the same as being cut off.
  await run.note(null)
  throw new Error(`${command[0]} (${way} ${name}) ended with ${end.exitCode ?? end.signal}: ${end.tail}`)
}
