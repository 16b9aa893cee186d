import type { RehearsedMigration } from '../../../src/domain/rehearsal.ts'
import type { MigrationTool, Release } from '../tools/tool.ts'
import type { Observer } from './observe.ts'
import type { OpenServer, ScratchDatabase } from './server.ts'

export type RehearsalInput = {
  server: OpenServer
  tool: MigrationTool
  /** Whose files, tool and dependencies are tried. */
  release: Release
  /** What is not yet applied in `base`, in the order in which it will be. */
  pending: readonly string[]
  /** Stands where live stands. It is copied, never changed; nobody may be connected to it. null: an empty database. */
  base: ScratchDatabase | null
  environment: Readonly<Record<string, string | undefined>>
  /** `stop`: the rest cannot be known. `go_on`: without it, as far as that goes. */
  afterFailedUp: 'stop' | 'go_on'
  observer?: Observer
  heard?: RehearsalListener
}

export type RehearsalListener = (migration: RehearsedMigration) => void

/** Each pending migration forth, back and forth again; then on to the next with it applied. */
export async function rehearse(input: RehearsalInput): Promise<RehearsedMigration[]> {
  throw new Error(`not walked yet: ${input.pending.join(', ')}`)
}
