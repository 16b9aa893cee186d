import { realpath } from 'node:fs/promises'
import { ApplicationFailure } from '@temporalio/common'
import { failureTypes } from '../../src/domain/failure.ts'
import { isErrno } from '../disk/atomic.ts'
import type { Roots } from '../disk/safe-path.ts'
import type { Git } from '../git/git.ts'
import { hostPaths } from '../host/paths.ts'
import { readHead } from './checkout-state.ts'
import { readFileState } from './file-state.ts'
import { readLink } from './link-state.ts'
import type { SwitchOrder } from './switch-order.ts'

/** What a switch left behind, read from the disk afterwards. */
export type SwitchResult = {
  configuration: { target: string; sha256: string | null }[]
  releaseDirectory: string | null
  markerSha256: string | null
  /** Targets that somebody had edited: their bytes are kept beside the restore point. */
  edited: string[]
}

/** Reads the world and compares it with the order; throws `NotProven` where it is another one. */
export async function readBack(
  git: Git,
  order: SwitchOrder,
  asked: { mode: 'worktree' | 'in_place'; targets: readonly string[]; markerFile: string; edited: readonly string[] },
): Promise<SwitchResult> {
  const { directory } = order.order
  const found = new Map<string, string | null>()
  for (const path of new Set([...asked.targets, asked.markerFile, ...order.files.map((file) => file.path)])) {
    found.set(path, await sha256At(path, order.roots))
  }
  const wrong = order.files.filter((file) => found.get(file.path) !== file.sha256).map((file) => file.path)
  const code = await differsFrom(git, order)
  if (code !== null) wrong.push(code)
  if (wrong.length > 0) throw notProven(order, wrong)
  return {
    configuration: asked.targets.map((target) => ({ target, sha256: found.get(target) ?? null })),
    releaseDirectory: await liveDirectory(git, asked.mode, directory),
    markerSha256: found.get(asked.markerFile) ?? null,
    edited: [...asked.edited],
  }
}

export async function sha256At(path: string, roots: Roots): Promise<string | null> {
  return (await readFileState(path, roots)).state?.sha256 ?? null
}

async function differsFrom(git: Git, { code, order }: SwitchOrder): Promise<string | null> {
  if (code === null) return null
  const { current } = hostPaths(order.directory)
  if (code.kind === 'link') return (await readLink(current)) === code.to ? null : current
  return (await readHead(git, order.directory)).commit === code.to.commit ? null : order.directory
}

/** Absolute and real; null: nothing is live. In place there is no link: it is the directory, if it is checked out. */
async function liveDirectory(git: Git, mode: 'worktree' | 'in_place', directory: string): Promise<string | null> {
  if (mode === 'in_place') return (await readHead(git, directory)).commit === null ? null : directory
  try {
    return await realpath(hostPaths(directory).current)
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'ELOOP')) return null
    throw error
  }
}

function notProven({ order }: SwitchOrder, wrong: readonly string[]): ApplicationFailure {
  const message = `${order.host}: expected what was switched to be on the disk, got something else at ${wrong.join(', ')}; somebody changed it meanwhile`
  return ApplicationFailure.create({ type: failureTypes.notProven, nonRetryable: true, message, details: [{ wrong }] })
}
