import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rehearseHistory } from '../../../activities/database/rehearsal/history.ts'
import type { Release } from '../../../activities/database/tools/tool.ts'
import type { Rehearsal } from '../../../src/domain/rehearsal.ts'
import { shared } from '../../support/shared.ts'

type History = Parameters<typeof rehearseHistory>[0]

/** Walks these files as a whole history, on the server that all tests share. */
export async function rehearsed(
  files: Readonly<Record<string, string>>,
  more: Partial<Pick<History, 'observer' | 'heard'>> = {},
): Promise<Rehearsal> {
  const release = await releaseOf(files)
  try {
    return await rehearseHistory({
      release,
      server: { url: await shared('postgres') },
      environment: process.env,
      ...more,
    })
  } finally {
    await rm(release.releaseDirectory, { recursive: true })
  }
}

export async function releaseOf(files: Readonly<Record<string, string>>): Promise<Release> {
  const releaseDirectory = await mkdtemp(join(tmpdir(), 'belay-rehearsal-'))
  await mkdir(join(releaseDirectory, 'migrations'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(releaseDirectory, 'migrations', name), text)
  return {
    releaseDirectory,
    settings: {
      tool: 'sql',
      directory: 'migrations',
      table: 'schema_migrations',
      schema: 'public',
      additive: 'all',
      timeoutMs: 60_000,
      lockTimeoutMs: 1_000,
    },
  }
}
