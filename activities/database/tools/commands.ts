import { fingerprintOf, readCatalog } from '../catalog/catalog.ts'
import { commandFor, commandsOf, listNames, missingProgram } from './commands-run.ts'
import { foreignFile, namesOf } from './foreign-file.ts'
import { readMigrationDirectory } from './migration-directory.ts'
import { cutOff, runNoted } from './run-noted.ts'
import type { MigrationTool, ToolRun } from './tool.ts'

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
    return names.map((name) => foreignFile(name, texts, names))
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

async function runOne(run: ToolRun, way: 'apply' | 'revert'): Promise<void> {
  const { name } = run.file
  const command = commandFor(commandsOf(run.settings)[way], name)
  const now = fingerprintOf(await readCatalog(run.client, run.settings))
  // Not in the list, and nothing of it to be seen: it was cut off before it began, or went back by itself.
  if (run.earlier?.began && run.earlier.began !== now) throw cutOff(name, 'something changed')
  const what = `${command[0]} (${way} ${name})`
  await runNoted(run, { what, began: now }, { command, cwd: run.releaseDirectory, settings: run.settings })
}
