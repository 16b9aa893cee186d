import { withClient } from '../../client.ts'
import { freshSettings } from '../../session.ts'
import type { MigrationFile } from '../../tools/tool.ts'
import type { ScratchDatabase } from '../scratch/server.ts'
import type { RehearsalInput } from './rehearse.ts'
import { type Ground, runWay } from './run-way.ts'

/** A state that only ups have led to; working databases are copies of it. */
export type Shadow = {
  /** A new database in which these, and nothing else since `base`, are applied. Drop it. Each call has what the last had, and more. */
  copyWith(applied: readonly MigrationFile[]): Promise<ScratchDatabase>
}

/**
 * Made only when something must be copied from it: a history whose downs are all good is walked in one database. Rejects
 * when what was applied once cannot be applied again beside it (a role of the whole server, say).
 */
export function createShadow(input: RehearsalInput): Shadow {
  const { server, base } = input
  let shadow: ScratchDatabase | null = null
  let there = 0
  return {
    async copyWith(applied) {
      if (applied.length === 0) return await server.create(base ?? undefined)
      shadow ??= await server.create(base ?? undefined)
      await advance(input, shadow, applied.slice(there))
      there = applied.length
      return await server.create(shadow)
    },
  }
}

async function advance(
  { tool, release, environment, shown }: RehearsalInput,
  { url }: ScratchDatabase,
  files: readonly MigrationFile[],
): Promise<void> {
  await withClient(url, async (client) => {
    await tool.prepare(client, release.settings)
    await freshSettings(client, release.settings)
    const target = { client, url, environment, ...(shown && { shown }) }
    const ground: Ground = { ...target, tool, release, history: null }
    for (const file of files) {
      const { message } = await runWay(ground, file, 'up')
      if (message !== null) throw new Error(`${file.name}: applied once, but not beside it: ${message}`)
    }
  })
}
