import { execFile } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { type ChangesOrder, createChangesActivities } from '../../activities/changes/activities.ts'
import { createGit } from '../../activities/git/git.ts'
import type { ReleaseChanges } from '../../src/domain/gate/changes.ts'
import type { Release } from '../../src/domain/plan.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const run = promisify(execFile)

/** A real repository whose commits are releases, and what the activity says of any two of them. */
export async function openRepository() {
  const root = await temporaryDirectory()
  const work = join(root, 'shop')
  const as = (name: string) => ['-c', `user.name=${name}`, '-c', `user.email=${name}@example.com`]
  const git = async (...args: string[]) => (await run('git', ['-C', work, ...args])).stdout.trim()
  await run('git', ['init', '--quiet', '--initial-branch=main', work])
  return {
    root,
    work,
    git,
    /** Writes and removes (null) files; answers the commit. */
    async commit(subject: string, files: Record<string, string | null>, author = 'ann'): Promise<string> {
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(work, path)), { recursive: true })
        await (text === null ? rm(join(work, path)) : writeFile(join(work, path), text))
      }
      await git('add', '--all')
      await git(...as(author), 'commit', '--quiet', '--allow-empty', '--message', subject)
      return git('rev-parse', 'HEAD')
    },
    /** `base`: the version of record; null: nothing is deployed. `brought`: configuration of the base's own plan. */
    async changes(
      base: string | null,
      commit: string,
      more: Partial<ChangesOrder> = {},
      brought?: ChangesOrder['configuration'],
    ): Promise<ReleaseChanges> {
      const record = base === null ? null : { version: '1.0.0', commit: base }
      const found = await this.ask(record, commit, more, brought)
      if (found === 'same') throw new Error('expected changes, got "same"')
      return found
    },
    async ask(
      record: Release | 'unknown' | null,
      commit: string,
      more: Partial<ChangesOrder> = {},
      brought?: ChangesOrder['configuration'],
    ) {
      const activities = createChangesActivities({
        git: createGit({ environment: process.env }),
        stateDirectory: join(root, 'worker'),
        history: {
          readVersionOfRecord: async () =>
            record === null || record === 'unknown'
              ? record
              : { ...record, at: '2026-01-01T00:00:00.000Z', deployment: 'd-0' },
          readDeploymentPlan: async () =>
            brought && record !== null && record !== 'unknown' ? { release: record, configuration: brought } : null,
        },
      })
      return activities.readReleaseChanges({ ...orderFor(work, commit), ...more })
    },
  }
}

export function orderFor(location: string, commit: string): ChangesOrder {
  return {
    service: 'shop',
    environment: 'production',
    release: { version: '1.1.0', commit },
    repository: { location, tag: 'v{version}', push: null },
    database: null,
    configuration: [],
    lockfiles: [],
    known: null,
  }
}

export function databaseOf(
  tool: 'sql' | 'node-pg-migrate' | 'dbmate' | 'commands',
  additive: 'all' | 'none' | readonly string[] = 'all',
): ChangesOrder['database'] {
  const migrations = {
    tool,
    directory: 'migrations',
    table: 'done',
    schema: 'public',
    additive,
    timeoutMs: 1_000,
    lockTimeoutMs: 1_000,
  }
  return { url: '${env:DATABASE_URL}', migrations, integrity: [], onRollback: 'ask' }
}

export function configurationOf(...sources: string[]): ChangesOrder['configuration'] {
  return sources.map((source) => ({ source, target: `/srv/${source}`, loaded: null }))
}
