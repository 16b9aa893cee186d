import type { EnvironmentVariables } from '../../../src/domain/reference.ts'
import type { Rehearsal } from '../../../src/domain/rehearsal/rehearsal.ts'
import type { Release } from '../tools/tool.ts'
import { toolFor } from '../tools/tools.ts'
import type { Observer } from './observe/observe.ts'
import { type OpenServer, type ServerSource, withScratchServer } from './scratch/server.ts'
import { type RehearsalListener, rehearse } from './walk/rehearse.ts'

/**
 * Walks a whole history on an empty database, each migration forth, back and forth again. It goes on after a broken one
 * and after one that cannot be applied. Throws when the directory makes no sense, or no server can be had.
 */
export async function rehearseHistory(input: {
  release: Release
  server: ServerSource
  environment: EnvironmentVariables
  observer?: Observer
  /** Told of each migration as soon as it is judged. */
  heard?: RehearsalListener
  /** Is shown what tools print; absent: it goes to standard output. */
  shown?: (text: string) => void
  /** Aborted: it ends at once, by a rejection, and leaves no database behind. */
  signal?: AbortSignal
}): Promise<Rehearsal> {
  const tool = toolFor(input.release.settings)
  const cannot = await tool.cannotRun(input.release, input.environment)
  if (cannot !== null) throw new Error(cannot)
  const work = async (server: OpenServer): Promise<Rehearsal> => {
    const migrations = await rehearse({ ...input, tool, server, pending: null, base: null, afterFailedUp: 'go_on' })
    return { server: server.server, built: 'empty', migrations, oldRelease: null, binds: null }
  }
  return await withScratchServer(input.server, work, input.signal)
}
