import { lstat, readFile, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ApplicationFailure } from '@temporalio/common'
import type { HostSurvey } from '../../src/domain/adoption.ts'
import { failureTypes } from '../../src/domain/failure.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { isErrno } from '../disk/atomic.ts'
import type { Git } from '../git/git.ts'
import { createWorkTree } from '../git/work-tree.ts'
import { hostPaths } from '../host/paths.ts'
import { isInside } from '../process/release-of.ts'

/** `current`: the link leads to it, so that what starts from there starts the next release as well. */
export type AdoptedPlace = { releaseDirectory: string; by: 'current' | 'from' | 'in place' }

/**
 * The directory (real) of what runs: what `current` leads to, the one a person names, or, checked out in place, the
 * service's own. Throws `Invalid` for one that Belay could not bring back as it is.
 */
export async function placeOf({ layout }: Pick<Plan, 'layout'>, from: string | null): Promise<AdoptedPlace> {
  const { current } = hostPaths(layout.directory)
  const directory = (await realOrNull(layout.directory)) ?? layout.directory
  const named = from === null ? null : await directoryAt(from, '--from')
  if (layout.mode === 'in_place') {
    if (named !== null && named !== directory) throw invalid(`--from: expected ${directory}, got ${named}`)
    return { releaseDirectory: await directoryAt(directory, 'release.directory'), by: 'in place' }
  }
  const linked = await linkedBy(current)
  if (named === null) {
    if (linked !== null) return { releaseDirectory: linked, by: 'current' }
    throw invalid(`expected ${current} to lead to what runs, got nothing; say where it is with --from DIRECTORY`)
  }
  if (linked !== null && linked !== named) {
    throw invalid(
      `--from: expected ${linked}, where ${current} leads, got ${named}; leave --from out, or mend the link`,
    )
  }
  refuseAround(named, directory)
  return { releaseDirectory: named, by: linked === null ? 'from' : 'current' }
}

/** The commit that a directory says it is: Capistrano and Deployer write REVISION, a checkout has its HEAD. */
export async function revisionOf(git: Git, directory: string): Promise<HostSurvey['revision']> {
  const text = await readFile(join(directory, 'REVISION'), 'utf8').catch(() => '')
  const told = /^[0-9a-f]{7,64}(?=\s|$)/.exec(text)?.[0]
  if (told !== undefined) return { commit: told, by: 'its REVISION file' }
  const isCheckout = await lstat(join(directory, '.git')).then(
    () => true,
    () => false,
  )
  const head = isCheckout ? await createWorkTree(git, directory).commitOf('HEAD') : null
  return head === null ? null : { commit: head, by: 'its git HEAD' }
}

/** Everything below it would count as the service's: its own releases and state may not. */
function refuseAround(named: string, directory: string): void {
  const state = hostPaths(directory).state
  const around = named === '/' || (named !== directory && isInside(directory, named))
  if (!around && !isInside(named, state) && named !== hostPaths(directory).releases) return
  throw invalid(`--from: expected the directory of one release, got ${named}, which holds more than that`)
}

async function linkedBy(current: string): Promise<string | null> {
  const link = await lstat(current).catch(absent)
  if (link === null) return null
  if (!link.isSymbolicLink())
    throw invalid(`${current}: expected a link to a release, got something else; move it away`)
  return await directoryAt(current, 'current')
}

async function directoryAt(path: string, what: string): Promise<string> {
  if (!path.startsWith('/')) throw invalid(`${what}: expected an absolute directory, got ${path}`)
  const found = await stat(path).catch(absent)
  if (found?.isDirectory()) return await realpath(path)
  throw invalid(`${what}: expected a directory at ${path}, got ${found === null ? 'nothing' : 'something else'}`)
}

async function realOrNull(path: string): Promise<string | null> {
  return await realpath(path).catch(absent)
}

function absent(error: unknown): null {
  if (isErrno(error, 'ENOENT', 'ENOTDIR')) return null
  throw error
}

function invalid(message: string): ApplicationFailure {
  return ApplicationFailure.create({ type: failureTypes.invalid, nonRetryable: true, message })
}
