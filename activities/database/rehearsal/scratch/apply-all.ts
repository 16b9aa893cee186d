import type { EnvironmentVariables } from '../../../../src/domain/reference.ts'
import { withClient } from '../../client.ts'
import { freshSession, inTransaction } from '../../session.ts'
import type { MigrationFile, Release } from '../../tools/tool.ts'
import { toolFor } from '../../tools/tools.ts'

/** A migration's file, and the release with the tool that applies it. */
export type Source = { release: Release; file: MigrationFile }

/** Applies these on a scratch database, in this order. Nothing of it is noted. @throws with the name of the one that failed */
export async function applyAll(
  url: string,
  { sources, environment }: { sources: readonly Source[]; environment: EnvironmentVariables },
): Promise<void> {
  await withClient(url, async (client) => {
    for (const { release, file } of sources) {
      const tool = toolFor(release.settings)
      const note = () => Promise.resolve()
      const up = () => tool.up({ ...release, client, url, environment, file, earlier: null, note })
      try {
        await freshSession(client, release.settings)
        await tool.prepare(client, release.settings)
        await (file.up === 'ours' ? inTransaction(client, up) : up())
      } catch (error) {
        throw new Error(`${file.name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
      }
    }
  })
}
