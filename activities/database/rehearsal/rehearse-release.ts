import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AppliedMigration } from '../../../src/domain/host.ts'
import { restoredFromBackup } from '../../../src/domain/migration/words.ts'
import type { RehearsalAnswer } from '../../../src/domain/rehearsal/answer.ts'
import type { Rehearsal, RehearsalBinding } from '../../../src/domain/rehearsal/rehearsal.ts'
import { readJson } from '../../disk/atomic.ts'
import type { Git } from '../../git/git.ts'
import { hostPaths } from '../../host/paths.ts'
import { parseRecords } from '../../host/state-files.ts'
import { refusalsOf } from '../apply/refusals.ts'
import { saying } from '../client.ts'
import { readNotes } from '../notes.ts'
import { ownershipOf } from '../snapshot/owners.ts'
import type { MigrationFile, Release } from '../tools/tool.ts'
import { toolFor } from '../tools/tools.ts'
import { inCheckout, runBuild } from './checkout.ts'
import { type AlsoShown, alsoShown, bindingFiles, keepRehearsal, keptEvidence } from './evidence.ts'
import { NotThere } from './not-there.ts'
import { onScratch } from './on-scratch.ts'
import type { RehearsalOrder, RehearsalWorld } from './order.ts'
import { NotBuilt } from './scratch/build.ts'
import { type Live, readLive } from './scratch/live.ts'
import type { ServerSource, StartedServer } from './scratch/server.ts'

export type RehearsalDeps = {
  git: Git
  clock: () => Date
  /** Belay's own server, for this rehearsal alone. */
  embedded: () => Promise<StartedServer>
}

/**
 * Rehearses what a release would change in the live database: on a scratch database that is proven to be what the live
 * one is, from a clean checkout of the release's commit. The live one is only read. What was rehearsed before, and still
 * binds, is not run again. Run again after any cut it begins anew.
 */
export async function rehearseRelease(
  order: RehearsalOrder,
  world: RehearsalWorld,
  deps: RehearsalDeps,
): Promise<RehearsalAnswer> {
  return await inCheckout(deps.git, order, async (releaseDirectory) => {
    const release = { releaseDirectory, settings: order.settings }
    // What it lists comes from its own programs.
    if (order.settings.tool === 'commands') await build(release, order, world)
    const recorded = await recordedMigrations(order)
    const known = recorded ?? []
    const names = [...known, ...(await readNotes(order.directory))].map(({ name }) => name)
    const live = await readLive({ url: world.liveUrl, environment: world.environment }, { release, known: names })
    const { vanished } = await ownershipOf(order.directory, live.applied, recorded)
    if (vanished.length > 0) return { state: 'refused', message: restoredFromBackup(vanished.map(({ name }) => name)) }
    const pending = live.files.filter(({ name }) => !live.applied.includes(name))
    const given = { order, world, deps, live, known, release, pending }
    return pending.length === 0 ? { state: 'nothing_pending' } : await rehearsePending(given)
  })
}

async function rehearsePending(given: Omit<RehearsalCase, 'binds'>): Promise<RehearsalAnswer> {
  const { order, live, release, pending, world, deps } = given
  const refusals = await refusalsNow(given)
  if (refusals.length > 0) return { state: 'refused', message: refusals.join('; ') }
  const binds = { files: bindingFiles(pending), live: live.fingerprint, serverMajor: live.server.major }
  const also = await shownBeside(order, release.releaseDirectory)
  const kept = await keptEvidence(order.directory, binds, also)
  if (kept) return { state: 'rehearsed', rehearsal: kept, kept: true }
  const cannot = await readyTool(release, order, world)
  if (cannot !== null) return { state: 'refused', message: cannot }
  const answer = await rehearseNow({ ...given, binds })
  if (answer.state === 'rehearsed') await keepRehearsal(order.directory, answer.rehearsal, { also, at: deps.clock() })
  return answer
}

/** What the record of the version that is live says of who applied what; null: nothing is of record. */
async function recordedMigrations({ directory }: RehearsalOrder): Promise<readonly AppliedMigration[] | null> {
  const records = await readJson(hostPaths(directory).records, parseRecords)
  return records?.[0]?.migrations ?? null
}

/** Whether the tool can run is asked later: a clean checkout has to be built first. */
async function refusalsNow({ order, world, live, release, pending }: Omit<RehearsalCase, 'binds'>): Promise<string[]> {
  const tool = { ...toolFor(order.settings), cannotRun: () => Promise.resolve(null) }
  const names = pending.map(({ name }) => name)
  const asked = { release, directory: order.directory, tool, environment: world.environment }
  const found = { files: live.files, applied: live.applied, pending: names }
  return [...(live.dirty === null ? [] : [live.dirty]), ...(await refusalsOf(asked, found))]
}

/** With other rows or other questions it is another rehearsal. */
async function shownBeside({ data, oldRelease }: RehearsalOrder, releaseDirectory: string): Promise<AlsoShown> {
  return alsoShown(data === null ? null : await readFile(join(releaseDirectory, data), 'utf8'), oldRelease)
}

/** Builds the checkout only where the tool has to come from it. In words why it cannot run; null: it can. */
async function readyTool(release: Release, order: RehearsalOrder, world: RehearsalWorld): Promise<string | null> {
  const tool = toolFor(order.settings)
  const cannot = await tool.cannotRun(release, world.environment)
  if (cannot === null || order.settings.tool === 'commands') return cannot
  await build(release, order, world)
  return await tool.cannotRun(release, world.environment)
}

async function build(release: Release, order: RehearsalOrder, { environment }: RehearsalWorld): Promise<void> {
  await runBuild(order.build, { cwd: release.releaseDirectory, environment })
}

export type RehearsalCase = {
  order: RehearsalOrder
  world: RehearsalWorld
  deps: RehearsalDeps
  live: Live
  /** What the host's record says of who applied what. */
  known: readonly AppliedMigration[]
  release: Release
  pending: readonly MigrationFile[]
  binds: RehearsalBinding
}

async function rehearseNow(given: RehearsalCase): Promise<RehearsalAnswer> {
  const { world, deps } = given
  const source: ServerSource = world.scratchUrl === null ? deps : { url: world.scratchUrl }
  try {
    const rehearsal: Rehearsal = await onScratch(source, given)
    return { state: 'rehearsed', rehearsal, kept: false }
  } catch (error) {
    if (!(error instanceof NotBuilt || error instanceof NotThere)) throw error
    return { state: 'refused', message: saying(error, world.scratchUrl ?? '') }
  }
}
