import { readMigrationDirectory, readMigrationsIfThere } from './migration-directory.ts'
import { addToHistory, makeHistory, readHistory, takeFromHistory } from './sql/history.ts'
import { layoutProblem, versionOf } from './sql/layouts.ts'
import { fileOf, pairsIn } from './sql/pair.ts'
import { runPair } from './sql/run-pair.ts'
import type { MigrationFile, MigrationTool } from './tool.ts'

/** Files of up and down in one of the layouts people have, run by Belay itself, each with its history row in one transaction. */
export const sqlPairs: MigrationTool = {
  ownLock: null,

  async files(release) {
    const texts = await readMigrationDirectory(release)
    const problem = layoutProblem([...texts.keys()])
    if (problem !== null) throw new Error(problem)
    const pairs = pairsIn(texts).sort((a, b) => a.layout.compare(a.name, b.name))
    const files = pairs.map(fileOf)
    // Only Diesel's history would take two of a version for one; its layout is the one that knows versions.
    return pairs.some(({ layout }) => layout.words.includes('/')) ? withoutTwins(files) : files
  },

  read: (texts) => pairsIn(texts).map(fileOf),

  async history({ client }, asked) {
    const { release } = asked
    return await readHistory(client, asked, async () =>
      release === null ? [] : pairsIn(await readMigrationsIfThere(release)).map(({ name }) => name),
    )
  },

  /** A file and its history row go together, or the host's notes know how far it came. */
  async dirty() {
    return null
  },

  async cannotRun() {
    return null
  },

  async prepare(client, settings) {
    await makeHistory(client, settings)
  },

  async up(run) {
    await runPair(run, 'up')
    await addToHistory(run.client, run.settings, run.file)
  },

  async down(run) {
    await runPair(run, 'down')
    await takeFromHistory(run.client, run.settings, run.file)
  },
}

function withoutTwins(files: readonly MigrationFile[]): MigrationFile[] {
  return files.map((file) => {
    const twin = files.find((other) => other !== file && versionOf(other.name) === versionOf(file.name))
    const problem = twin ? `expected a version of its own, got that of ${twin.name}` : file.problem
    return { ...file, problem }
  })
}
