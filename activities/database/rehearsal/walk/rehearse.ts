import type { EnvironmentVariables } from '../../../../src/domain/reference.ts'
import type { RehearsedMigration } from '../../../../src/domain/rehearsal/rehearsal.ts'
import { notWalked } from '../../../../src/domain/rehearsal/verdict.ts'
import { isAway, saying, withClient } from '../../client.ts'
import type { MigrationFile, MigrationTool, Release, Target } from '../../tools/tool.ts'
import type { Observer } from '../observe/observe.ts'
import type { OpenServer, ScratchDatabase } from '../scratch/server.ts'
import { type Ground, seenState } from './run-way.ts'
import { createShadow } from './shadow.ts'
import { walkOne } from './walk-one.ts'

export type RehearsalInput = {
  server: OpenServer
  tool: MigrationTool
  /** Whose files, tool and dependencies are tried. */
  release: Release
  /** What is not yet applied in `base`, in the order in which it will be. null: all that the release has, in its own order. */
  pending: readonly string[] | null
  /** Stands where live stands. It is copied, never changed; nobody may be connected to it. null: an empty database. */
  base: ScratchDatabase | null
  environment: EnvironmentVariables
  /** `stop`: the rest cannot be known. `go_on`: without it, as far as that goes. */
  afterFailedUp: 'stop' | 'go_on'
  observer?: Observer
  heard?: RehearsalListener
  /** Is shown what tools print; absent: it goes to standard output. */
  shown?: (text: string) => void
}

export type RehearsalListener = (migration: RehearsedMigration) => void

/**
 * Each pending migration forth, back and forth again; then on to the next with it applied. As long as that leaves a
 * database as the ups alone would, the next one is walked in the same; else in a new one, made with ups only.
 */
export async function rehearse(input: RehearsalInput): Promise<RehearsedMigration[]> {
  const walk: Walk = { input, files: null, walked: [], applied: [] }
  const shadow = createShadow(input)
  do {
    const database = await copied(walk, () => shadow.copyWith(walk.applied))
    const stopped = typeof database === 'string' ? database : await walkIn(walk, database)
    if (stopped !== null) for (const file of leftOf(walk)) tell(walk, unwalked(file, stopped))
  } while (leftOf(walk).length > 0)
  return walk.walked
}

type Walk = {
  input: RehearsalInput
  /** null: not yet read; some tools must be asked with a database at hand. */
  files: readonly MigrationFile[] | null
  walked: RehearsedMigration[]
  /** Those of them that are applied where the walk stands. */
  applied: MigrationFile[]
}

function leftOf({ files, walked }: Walk): readonly MigrationFile[] {
  return (files ?? []).slice(walked.length)
}

async function filesOf({ tool, release, pending }: RehearsalInput, target: Target): Promise<readonly MigrationFile[]> {
  const files = await tool.files(release, target)
  return (pending ?? files.map((file) => file.name)).map((name) => {
    const file = files.find((candidate) => candidate.name === name)
    if (!file) throw new Error(`${name}: expected it among the release's migrations, got ${files.length} others`)
    return file
  })
}

/** The database, or why none can be had. That not even the first can be made says nothing of a migration: it is thrown. */
async function copied({ input, files }: Walk, copy: () => Promise<ScratchDatabase>): Promise<ScratchDatabase | string> {
  try {
    return await copy()
  } catch (error) {
    if (isAway(error) || files === null) throw error
    return `the state before it cannot be made again: ${saying(error, input.base?.url ?? '')}`
  }
}

/** As far as this database is good for; why the rest cannot be walked at all, or null. */
async function walkIn(walk: Walk, database: ScratchDatabase): Promise<string | null> {
  const { tool, release, environment, afterFailedUp, shown } = walk.input
  const { url } = database
  try {
    return await withClient(url, async (client) => {
      const target = { client, url, environment, ...(shown && { shown }) }
      const ground: Ground = { ...target, tool, release, history: null }
      walk.files ??= await filesOf(walk.input, ground)
      await tool.prepare(client, release.settings)
      let state = await seenState(ground)
      for (const file of leftOf(walk)) {
        const { migration, left } = await walkOne(ground, { file, before: state, observer: walk.input.observer })
        tell(walk, migration)
        if (migration.up.state === 'ok') walk.applied.push(file)
        else if (afterFailedUp === 'stop') return `not tried: ${file.name} before it cannot be applied`
        if (left === null) return null
        state = left
      }
      return null
    })
  } finally {
    await database.drop()
  }
}

function tell({ input, walked }: Walk, migration: RehearsedMigration): void {
  walked.push(migration)
  input.heard?.(migration)
}

function unwalked(file: MigrationFile, why: string): RehearsedMigration {
  return notWalked(file.name, file.noWayBack, why)
}
