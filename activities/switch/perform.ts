import { mkdir, readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { ApplicationFailure } from '@temporalio/common'
import { failureTypes } from '../../src/domain/failure.ts'
import { isErrno, writeFileAtomic } from '../disk/atomic.ts'
import { exclusively } from '../disk/exclusive.ts'
import { isBelow, nameOf } from '../disk/safe-path.ts'
import { sha256Of } from '../disk/sha256.ts'
import type { Git } from '../git/git.ts'
import { createWorkTree } from '../git/work-tree.ts'
import { hostPaths } from '../host/paths.ts'
import { requireClaim } from '../host/require-claim.ts'
import { readHead } from './checkout-state.ts'
import { readContent } from './contents.ts'
import { captureFile, type FileState } from './file-state.ts'
import { beginJournal, type Change, carryOut, type Journal, readDone, readJournal } from './journal.ts'
import { readLink } from './link-state.ts'
import { switchPaths } from './paths.ts'
import type { SwitchOrder, WantedCode, WantedFile } from './switch-order.ts'
import { requireRoom } from './work-tree-room.ts'
import { readWritten } from './written.ts'

/** Others may be switching, or undoing a switch, for this long. */
const longestWaitMs = 90_000

/**
 * Carries out one order under the host's lock, after whatever was cut off before it. Run again, by anyone: the answer
 * of the first. Throws before anything is changed; what fails later is undone and is in the journal's `problem`.
 */
export async function perform(git: Git, order: SwitchOrder): Promise<Journal> {
  const { directory } = order.order
  return await alone(directory, async () => {
    await finishPending(git, directory)
    const done = await readDone(directory, order.id)
    if (done) return done
    await requireClaim(order.order)
    if (order.direction === 'forward') await refuseAfterBack(order)
    return await beginJournal(git, await prepare(git, order))
  })
}

/** Finishes a switch that was cut off, if there is one; throws when it can be neither completed nor undone. */
export async function finishAlone(git: Git, directory: string): Promise<void> {
  await alone(directory, () => finishPending(git, directory))
}

async function alone<T>(directory: string, work: () => Promise<T>): Promise<T> {
  return await exclusively(switchPaths(directory).guard, work, longestWaitMs)
}

async function finishPending(git: Git, directory: string): Promise<void> {
  const pending = await readJournal(directory)
  if (pending) await carryOut(git, pending)
}

/** A switch forward that was delayed until its rollback had begun must not bring the release back. */
async function refuseAfterBack({ order }: SwitchOrder): Promise<void> {
  const names = await readdir(switchPaths(order.directory).orders).catch((error: unknown): string[] => {
    if (isErrno(error, 'ENOENT')) return []
    throw error
  })
  if (!names.some((name) => name.startsWith(`${order.deployment}.back.`))) return
  const message = `${order.host}: expected ${order.deployment} to be going forward, got its rollback; this order is too old`
  throw ApplicationFailure.create({ type: failureTypes.fenced, nonRetryable: true, message })
}

/** Reads and keeps what is there now. Everything that can be refused is refused here. */
async function prepare(git: Git, order: SwitchOrder): Promise<Journal> {
  const { directory } = order.order
  const written = await readWritten(directory)
  const edited: string[] = []
  const code = order.code ? [await prepareCode(git, order, order.code)] : []
  if (order.code?.kind === 'checkout' && order.direction === 'back' && (await keepDifference(git, order))) {
    edited.push(directory)
  }
  const files: Change[] = []
  for (const wanted of order.files) {
    const { state, parents } = await captureFile(wanted.path, order.roots)
    if (isEdit(state, wanted, written.files[wanted.path])) {
      await keepEdit(order, wanted.path, state)
      edited.push(wanted.path)
    }
    const after = stateAfter(wanted, state)
    if (after !== null) await readContent(directory, after.sha256)
    const own = after === null ? wanted.parents : parents
    files.push({ kind: 'file', path: wanted.path, before: state, after, parents: own })
  }
  // A checkout comes first, because it may put files where configuration goes.
  const changes =
    order.code?.kind === 'checkout' ? [...code, ...files] : [...files.slice(0, -1), ...code, ...files.slice(-1)]
  return {
    id: order.id,
    roots: order.roots,
    planDigest: order.planDigest,
    course: 'apply',
    problem: null,
    changes,
    edited,
  }
}

function stateAfter(wanted: WantedFile, now: FileState): FileState {
  if (wanted.sha256 === null) return null
  const { mode, uid, gid } = wanted.keep && now ? now : wanted
  return { sha256: wanted.sha256, mode, uid, gid }
}

async function prepareCode(git: Git, order: SwitchOrder, wanted: WantedCode): Promise<Change> {
  const { directory } = order.order
  if (wanted.kind === 'link') {
    const path = hostPaths(directory).current
    return { kind: 'link', path, before: await readLink(path), after: wanted.to }
  }
  const before = await readHead(git, directory)
  const ours = order.files.map((file) => file.path)
  if (order.direction === 'forward') await requireRoom(git, directory, wanted.to, ours)
  return { kind: 'checkout', directory, before, after: wanted.to }
}

/** Bytes that nobody captured and Belay did not write. */
function isEdit(state: FileState, wanted: WantedFile, last: { sha256: string | null } | undefined): boolean {
  if (state === null || state.sha256 === wanted.sha256) return false
  const expected = [...(last ? [last.sha256] : []), ...(wanted.captured.known ? [wanted.captured.sha256] : [])]
  return !expected.includes(state.sha256)
}

async function keepEdit(order: SwitchOrder, path: string, state: FileState): Promise<void> {
  if (state === null) return
  const content = await readContent(order.order.directory, state.sha256)
  await writeSide(order, `${nameOf(path)}.${state.sha256.slice(0, 12)}`, content)
}

/** What somebody changed in the files of the repository; a rollback goes over it, but not silently. */
async function keepDifference(git: Git, order: SwitchOrder): Promise<boolean> {
  const { directory } = order.order
  const ours = order.files.filter((file) => isBelow(file.path, directory)).map((file) => relative(directory, file.path))
  const places = ['.', ...ours.map((path) => `:(exclude,literal)${path}`)]
  const args = ['diff', '--no-ext-diff', '--no-textconv', '--binary', 'HEAD', '--', ...places]
  const { exitCode, stdout } = await createWorkTree(git, directory).run(args)
  if (exitCode !== 0 || stdout === '') return false
  await writeSide(order, `work-tree.${sha256Of(stdout).slice(0, 12)}.patch`, Buffer.from(stdout))
  return true
}

async function writeSide({ editedDirectory }: SwitchOrder, name: string, content: Uint8Array): Promise<void> {
  await mkdir(editedDirectory, { recursive: true, mode: 0o700 })
  await writeFileAtomic(join(editedDirectory, name), content, { mode: 0o600 })
}
