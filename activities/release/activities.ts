import { basename, dirname, join } from 'node:path'
import { ApplicationFailure } from '@temporalio/common'
import { failureTypes } from '../../src/domain/failure.ts'
import type { HostOrder } from '../../src/domain/host.ts'
import type { Plan, ReleaseLayout } from '../../src/domain/plan.ts'
import type { EnvironmentVariables } from '../../src/domain/reference.ts'
import { parseVersion } from '../../src/domain/version.ts'
import { writeJson } from '../disk/atomic.ts'
import { ownProgram } from '../disk/own-program.ts'
import { beating } from '../git/beating.ts'
import { createGit } from '../git/git.ts'
import { invalid } from '../git/plumbing.ts'
import { hostPaths } from '../host/paths.ts'
import { requireClaim } from '../host/require-claim.ts'
import { commandFailed } from '../process/short-command.ts'
import type { StepResult, Steps } from '../step/steps.ts'
import { runBuild } from './build.ts'
import type { Fetched, FetchOrder } from './fetch.ts'
import { requireSafe } from './fetch-commit.ts'
import { changesIn } from './kept-release.ts'
import { markerReady } from './marker-ready.ts'
import { prune } from './prune.ts'
import { readNote, writeNote } from './release-note.ts'
import { type WayBack, wayBack } from './way-back.ts'

type ReleaseDeps = {
  host: string
  steps: Steps
  clock: () => Date
  environment: EnvironmentVariables
}

/** Releases on one host: fetched, built beside the live one, kept as long as somebody may go back to them. */
export function createReleaseActivities({ host, steps, clock, environment }: ReleaseDeps) {
  const git = createGit({ environment })

  return {
    /**
     * Brings the release's commit to this host: a directory of its own beside the live one, or, in place, only into the
     * repository. `reused`: an earlier deployment has built exactly this. In a detached step; repeated, it attaches, or
     * looks again at what is there. Throws `Invalid` (a location or commit that can never work); a repository that does
     * not answer is retryable.
     */
    async fetchRelease(asked: FetchOrder): Promise<Fetched> {
      await requireClaim(asked.order)
      requireSafe(asked.repository.location, asked.release.commit)
      const version = parseVersion(asked.release.version)
      if ('problem' in version) throw invalid(version.problem)
      const { order, repository, release, layout } = asked
      const file = join(hostPaths(order.directory).state, 'fetches', `${basename(order.deployment)}.json`)
      await writeJson(file, { order, repository, release, layout } satisfies FetchOrder)
      const result = await steps.runNext({
        deployment: order.deployment,
        name: 'fetch',
        commands: [[process.execPath, '--disable-warning=ExperimentalWarning', fetchProgram, file]],
        cwd: '/',
        timeoutMs: longestFetchMs,
        silenceMs: null,
        rerunSafe: true,
      })
      return fetchedIn(result)
    },

    /**
     * Builds a fetched release, once: one that was built is never built again. A detached step for (deployment, try);
     * repeated, it attaches or answers with its end. Throws `CommandFailed` with the end of the output. In place there
     * is nothing to build yet: the switch does it.
     */
    async buildRelease(asked: {
      order: HostOrder
      layout: ReleaseLayout
      releaseDirectory: string
      try: number
    }): Promise<{ builtAt: string }> {
      const { order, layout, releaseDirectory } = asked
      await requireClaim(order)
      if (layout.mode === 'in_place') return { builtAt: clock().toISOString() }
      const name = basename(releaseDirectory)
      const known = dirname(releaseDirectory) === hostPaths(order.directory).releases
      const note = known ? await readNote(order.directory, name) : null
      if (!note || note.state === 'making') {
        throw invalid(`${releaseDirectory}: expected a release that was fetched, got none; fetch it first`)
      }
      if (note.state === 'built') return { builtAt: note.at }
      const { builtAt } = await runBuild(steps, { ...asked, name: 'build', cwd: releaseDirectory })
      const changes = await changesIn(git, releaseDirectory)
      await writeNote(order.directory, { ...note, state: 'built', changes, at: builtAt })
      return { builtAt }
    },

    /**
     * Removes all but the `keep` newest releases; never one that is live, of record, needed to revert a migration, in
     * `protect`, or worked in by a process. Repeated: nothing more.
     */
    async pruneReleases(asked: {
      order: HostOrder
      keep: number
      protect: readonly string[]
    }): Promise<{ removed: string[] }> {
      await requireClaim(asked.order)
      return { removed: await beating(() => prune(git, asked)) }
    },

    /** The gate's `rollback_plan`. Needs no claim and changes nothing. */
    async checkWayBack(asked: { order: HostOrder; plan: Plan }): Promise<WayBack> {
      return await wayBack(git, asked)
    },

    /** The gate's `marker_prepared`. Needs no claim and changes nothing. */
    async checkMarker({ plan, text }: { order: HostOrder; plan: Plan; text: string }): Promise<{
      ok: boolean
      detail: string
    }> {
      return await markerReady(plan, text)
    },
  }

  function fetchedIn(result: StepResult): Fetched {
    const { fetched, problem } = reportIn(result.report)
    if (fetched) return fetched
    if (!problem) throw commandFailed(`${host}: expected the fetch to end well, got ${result.outcome}`, result.tail)
    const known = Object.values(failureTypes).find((type) => type === problem.type)
    // Without a type of ours it is git's or the network's: asked again, it may well work.
    if (!known) throw new Error(`${host}: ${problem.message}`)
    throw ApplicationFailure.create({ type: known, nonRetryable: true, message: `${host}: ${problem.message}` })
  }
}

const fetchProgram = ownProgram(import.meta, './fetch-program')
const longestFetchMs = 900_000

function reportIn(value: unknown): {
  fetched: Fetched | null
  problem: { type: string | null; message: string } | null
} {
  const { fetched, problem }: Record<string, unknown> = typeof value === 'object' && value !== null ? { ...value } : {}
  return { fetched: isFetched(fetched) ? fetched : null, problem: isProblem(problem) ? problem : null }
}

function isFetched(value: unknown): value is Fetched {
  if (typeof value !== 'object' || value === null) return false
  return 'releaseDirectory' in value && typeof value.releaseDirectory === 'string' && 'reused' in value
}

function isProblem(value: unknown): value is { type: string | null; message: string } {
  return typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string'
}
