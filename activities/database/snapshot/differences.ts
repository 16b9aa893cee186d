import { readMigrationDirectory } from '../tools/migration-directory.ts'
import type { MigrationFile, MigrationTool, Release } from '../tools/tool.ts'

/** What differs from what was applied: `edited` by path or name; `commented`: migrations whose statements are the same. */
export type Differences = { edited: string[]; commented: string[] }

/** Holds the files of a release against the snapshot of what was applied, file by file. */
export async function differencesOf(tool: MigrationTool, now: Release, applied: Release): Promise<Differences> {
  const [texts, kept] = [await readMigrationDirectory(now), await readMigrationDirectory(applied)]
  const paths = [...new Set([...texts.keys(), ...kept.keys()])].filter((path) => texts.get(path) !== kept.get(path))
  const differences: Differences = { edited: [], commented: [] }
  for (const path of paths.sort()) {
    const [is, was] = [migrationIn(tool, texts, path), migrationIn(tool, kept, path)]
    if (is && was && is.sha256 === was.sha256) differences.commented.push(is.name)
    else differences.edited.push(path)
  }
  return differences
}

/** The migration that this file makes, alone; null: it is none, e.g. a module that migrations require. */
function migrationIn(tool: MigrationTool, texts: ReadonlyMap<string, string>, path: string): MigrationFile | null {
  const text = texts.get(path)
  if (text === undefined) return null
  const read = tool.read(new Map([[path, text]]))
  return read.length === 1 ? (read[0] ?? null) : null
}
