import { execFile } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { type ChangesOrder, createChangesActivities } from '../../activities/changes/activities.ts'
import { createGit } from '../../activities/git/git.ts'
import type { ReleaseChanges } from '../../src/domain/gate/changes.ts'
import type { Release } from '../../src/domain/plan.ts'
import type { History } from '../../src/history/history.ts'
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
    /** `base`: the version of record; null: nothing is deployed. */
    async changes(base: string | null, commit: string, more: Partial<ChangesOrder> = {}): Promise<ReleaseChanges> {
      const found = await this.ask(base === null ? null : { version: '1.0.0', commit: base }, commit, more)
      if (found === 'same') throw new Error('expected changes, got "same"')
      return found
    },
    async ask(
      base: (Release & { configuration?: ChangesOrder['configuration'] }) | 'unknown' | null,
      commit: string,
      more: Partial<ChangesOrder> = {},
    ) {
      const activities = createChangesActivities({
        git: createGit({ environment: process.env }),
        stateDirectory: join(root, 'worker'),
        history: {
          ...nothingElse,
          readVersionOfRecord: async () =>
            base === null || base === 'unknown' ? base : { ...base, at, deployment: 'd-0' },
        },
      })
      return activities.readReleaseChanges({ ...orderFor(work, commit), ...more })
    },
  }
}

const at = '2026-01-01T00:00:00.000Z'

const nothingElse: Pick<History, 'readDeploymentPlan'> = { readDeploymentPlan: async () => null }

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
  tool: 'sql' | 'node-pg-migrate',
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
