import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rehearseHistory } from '../../../activities/database/rehearsal/history.ts'
import type { MigrationSettings, Release } from '../../../activities/database/tools/tool.ts'
import type { Rehearsal } from '../../../src/domain/rehearsal/rehearsal.ts'
import { shared } from '../../support/shared.ts'

type Files = Readonly<Record<string, string>>
type History = Parameters<typeof rehearseHistory>[0]

export const sqlSettings: MigrationSettings = {
  tool: 'sql',
  directory: 'migrations',
  table: 'schema_migrations',
  schema: 'public',
  additive: 'all',
  timeoutMs: 60_000,
  lockTimeoutMs: 1_000,
}

/** Walks these files as a whole history, on the server that all tests share. */
export async function rehearsed(files: Files, more: Partial<Omit<History, 'release'>> = {}): Promise<Rehearsal> {
  return await withRelease(files, async (release) =>
    rehearseHistory({ release, server: { url: await shared('postgres') }, environment: process.env, ...more }),
  )
}

/** A release directory with these migrations, while `work` needs it. */
export async function withRelease<T>(files: Files, work: (release: Release) => Promise<T>): Promise<T> {
  const releaseDirectory = await mkdtemp(join(tmpdir(), 'belay-rehearsal-'))
  try {
    await mkdir(join(releaseDirectory, 'migrations'))
    for (const [name, text] of Object.entries(files)) await writeFile(join(releaseDirectory, 'migrations', name), text)
    return await work({ releaseDirectory, settings: sqlSettings })
  } finally {
    await rm(releaseDirectory, { recursive: true })
  }
}
