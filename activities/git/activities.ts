import type { Repository } from '../../src/domain/plan.ts'
import { authorsBetween } from './authors.ts'
import { beating } from './beating.ts'
import { type FileAt, fileAt } from './file-at.ts'
import type { Git } from './git.ts'
import { openRepository } from './open-repository.ts'
import { type RecordedInGit, recordDeployment } from './record-deployment.ts'
import { type CreatedTag, createTag } from './release-tag.ts'
import { type ResolvedRelease, resolve } from './resolve-release.ts'

export type GitDeps = {
  git: Git
  /** Own mirrors of repositories that are given as a URL live below it. */
  stateDirectory: string
  /** Dates the release tags; the machine's own unless given. */
  clock?: () => Date
}

/**
 * What Belay asks of the repository. Nothing here touches a work tree or an index. Hopeless failures: `Invalid` (a
 * version, ref or location that can never work, or that is not there), `TagMoved`; a remote that does not answer is
 * retryable.
 */
export function createGitActivities({ git, stateDirectory, clock = () => new Date() }: GitDeps) {
  const open = (repository: Repository) => openRepository({ git, stateDirectory, repository })
  return {
    /**
     * The one commit that a version stands for. `commit`: a full commit id, or a branch or tag to resolve; null: the
     * tag's. Reads only (a mirror is brought up to date), so running twice answers twice.
     */
    async resolveRelease(wanted: {
      repository: Repository
      version: string
      commit: string | null
    }): Promise<ResolvedRelease> {
      return beating(async () => resolve(await open(wanted.repository), wanted))
    },

    /** One file of a commit: is it there, and does it hold anything? Reads only, so twice answers twice. */
    async lookAtFile(wanted: { repository: Repository; commit: string; path: string }): Promise<FileAt> {
      return beating(async () => fileAt(await open(wanted.repository), wanted))
    },

    /** Everybody who wrote the commits that a release brings, as these say themselves. Reads only, as above. */
    async readAuthors(wanted: { repository: Repository; base: string | null; commit: string }): Promise<string[]> {
      return beating(async () => authorsBetween(await open(wanted.repository), wanted))
    },

    /** Makes the release's annotated tag, and pushes it where asked. Twice: it is there, at the same commit. */
    async createReleaseTag(wanted: {
      repository: Repository
      version: string
      commit: string
      by: string
    }): Promise<CreatedTag> {
      return beating(async () => createTag(await open(wanted.repository), { ...wanted, at: clock() }))
    },

    /**
     * Writes the log entry into git: an annotated tag `deploy/<environment>/<version>/<time>` at the commit, and an
     * empty commit on branch `deployments/<environment>`. Both carry the deployment's id and are found by it: twice, or
     * by two workers at once, gives one of each.
     */
    async recordInGit(deployed: {
      repository: Repository
      environment: string
      version: string
      commit: string
      /** RFC 3339. */
      at: string
      entry: string
      deployment: string
    }): Promise<RecordedInGit> {
      return beating(async () => recordDeployment(await open(deployed.repository), deployed))
    },
  }
}
