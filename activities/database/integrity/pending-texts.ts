import type { DatabasePlan } from '../../../src/domain/plan.ts'
import { readMigrationDirectory } from '../tools/migration-directory.ts'
import type { MigrationTool } from '../tools/tool.ts'
import { toolFor } from '../tools/tools.ts'

/** The text of these migrations, up and down; null: one of them is in no file here, so nobody knows what it touches. */
export async function pendingTexts(
  { migrations: settings }: DatabasePlan,
  releaseDirectory: string,
  pending: readonly string[],
): Promise<string[] | null> {
  if (pending.length === 0) return []
  const tool = toolFor(settings)
  const found = new Map<string, string[]>()
  for (const [path, text] of await readMigrationDirectory({ releaseDirectory, settings })) {
    for (const name of namesIn(tool, path, text)) found.set(name, [...(found.get(name) ?? []), text])
  }
  const texts = pending.map((name) => found.get(name))
  return texts.includes(undefined) ? null : texts.flatMap((one) => one ?? [])
}

/** One file alone may make no sense to a tool; then nobody knows whose it is. */
function namesIn(tool: MigrationTool, path: string, text: string): string[] {
  try {
    return tool.read(new Map([[path, text]])).map(({ name }) => name)
  } catch {
    return []
  }
}
