import type { DatabasePlan } from '../../../src/domain/plan.ts'
import { readMigrationDirectory } from '../tools/migration-directory.ts'
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
    for (const { name } of tool.read(new Map([[path, text]]))) found.set(name, [...(found.get(name) ?? []), text])
  }
  const texts = pending.map((name) => found.get(name))
  return texts.includes(undefined) ? null : texts.flatMap((one) => one ?? [])
}
