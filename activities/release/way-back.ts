import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { HostOrder, HostRecord } from '../../src/domain/host.ts'
import { adoptCommand } from '../../src/domain/next-command.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { isErrno } from '../disk/atomic.ts'
import { inspectTarget, rootOf } from '../disk/safe-path.ts'
import type { Git } from '../git/git.ts'
import { readRecords } from '../host/inspect.ts'
import { hostPaths } from '../host/paths.ts'
import { lostAdopted } from '../process/adopted.ts'
import { readFileState } from '../switch/file-state.ts'
import { readLink } from '../switch/link-state.ts'
import { rootsOf } from '../switch/restore-point.ts'
import { problemOfKept } from './kept-release.ts'

export type WayBack = {
  ok: boolean
  /** Nothing was deployed here yet. */
  first: boolean
  /** The release that a rollback would bring back; null: absence. */
  to: { version: string; commit: string } | null
  detail: string
}

/** Can what this plan changes be captured, and is the release that would come back still there and built? */
export async function wayBack(git: Git, { order, plan }: { order: HostOrder; plan: Plan }): Promise<WayBack> {
  const [record = null] = await readRecords(order.directory)
  const problems = [
    ...(record ? [await problemOfKept(git, order, record), await problemOfAdopted(order, record)] : []),
    await problemOfState(order.directory),
    await problemOf(() => readCode(plan)),
    ...(await Promise.all(
      [plan.marker.file, ...plan.configuration.map((file) => file.target)].map((file) => problemOfFile(plan, file)),
    )),
  ].filter((problem) => problem !== null)
  const to = record?.release ?? null
  const way = to
    ? `back to ${to.version} (${to.commit.slice(0, 12)}), kept as it was ${record?.outcome === 'ADOPTED' ? 'adopted' : 'built'}`
    : 'first deployment: stop, remove, restore absence; the schema is kept'
  return { ok: problems.length === 0, first: record === null, to, detail: (problems.join('; ') || way).slice(0, 1_000) }
}

/** What was adopted must be stopped before the release goes live: what runs in its place now is not known. */
async function problemOfAdopted(order: HostOrder, record: HostRecord): Promise<string | null> {
  const lost = record.outcome === 'ADOPTED' ? await lostAdopted(order) : []
  if (lost.length === 0) return null
  const next = `${adoptCommand(order.environment, record.release.version)}, to say what runs now`
  return `${lost.join(', ')} ended since ${record.release.version} was adopted; next: ${next}`
}

/** Everything that would keep a file from being read, replaced and given back to its owner. */
export async function problemOfFile(plan: Plan, file: string): Promise<string | null> {
  return await problemOf(async () => {
    const roots = rootsOf(plan)
    const target = await inspectTarget(file, roots)
    const root = rootOf(file, roots)
    if (target.kind === 'absent' && root !== roots.directory && target.parents.includes(root)) {
      throw new Error(`${root}: expected the root to be there, got nothing; make it first`)
    }
    await requireWritable(dirname(file))
    const { state } = await readFileState(file, roots)
    if (target.kind === 'absent' || state === null) return
    const [uid, gid] = [process.geteuid?.() ?? 0, process.getegid?.() ?? 0]
    if (uid === 0 || (state.uid === uid && state.gid === gid)) return
    throw new Error(`${file}: expected to keep its owner ${state.uid}:${state.gid}, got an agent that is ${uid}:${gid}`)
  })
}

async function problemOfState(directory: string): Promise<string | null> {
  return await problemOf(() => requireWritable(hostPaths(directory).state))
}

async function readCode({ layout }: Plan): Promise<void> {
  if (layout.mode === 'worktree') await readLink(hostPaths(layout.directory).current)
}

/** Of what is not there yet, the nearest directory above it counts. */
async function requireWritable(directory: string): Promise<void> {
  try {
    await access(directory, constants.W_OK | constants.X_OK)
  } catch (error) {
    if (isErrno(error, 'ENOENT') && directory !== '/') return await requireWritable(dirname(directory))
    throw new Error(
      `${directory}: expected to be able to write there, got ${error instanceof Error ? error.message : error}`,
    )
  }
}

async function problemOf(look: () => Promise<unknown>): Promise<string | null> {
  try {
    await look()
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
