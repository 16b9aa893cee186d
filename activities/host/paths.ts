import { join } from 'node:path'
import { ApplicationFailure } from '@temporalio/common'
import { failureTypes } from '../../src/domain/failure.ts'

/** Where everything of one service is on a host; `directory` is `layout.directory`. */
export function hostPaths(directory: string) {
  const state = join(directory, '.belay')
  return {
    /** Belay's own, mode 0700. */
    state,
    claim: join(state, 'claim.json'),
    lock: join(state, 'lock.json'),
    records: join(state, 'records.json'),
    /** Holds the kernel's lock while the claim changes; its content means nothing. */
    guard: join(state, 'guard'),
    fence: join(state, 'fence.json'),
    /** Which run a deployment is, and whether it is over: kept after its claim is gone. */
    deployment: (id: string) => join(state, 'deployments', `${name(id)}.json`),
    plan: (digest: string) => join(state, 'plans', `${name(digest)}.json`),
    restorePoint: (deployment: string) => join(state, 'restore-points', name(deployment)),
    switch: join(state, 'switch'),
    process: (process: string) => join(state, 'processes', `${name(process)}.json`),
    processes: join(state, 'processes'),
    catalog: (hash: string) => join(state, 'catalogs', `${name(hash)}.json`),
    /** A release's migration files, by the hash of what they hold. */
    snapshot: (hash: string) => join(state, 'migrations', 'snapshots', name(hash)),
    logPositions: (deployment: string) => join(state, 'log-positions', `${name(deployment)}.json`),
    repository: join(state, 'repository.git'),
    releases: join(directory, 'releases'),
    /** Where a service is checked out in place: the files of its releases, for their migrations. */
    sources: join(state, 'sources'),
    current: join(directory, 'current'),
  }
}

/** A word that becomes a file's name must not lead anywhere else. */
function name(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._:@+-]{0,150}$/.test(text)) return text
  const message = `name of a state file: expected letters, digits and . _ : @ + - (at most 151), got ${JSON.stringify(text.slice(0, 60))}`
  throw ApplicationFailure.create({ type: failureTypes.invalid, nonRetryable: true, message })
}
