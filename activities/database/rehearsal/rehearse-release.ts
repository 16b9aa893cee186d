import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Rehearsal, RehearsalBinding } from '../../../src/domain/rehearsal.ts'
import type { RehearsalAnswer } from '../../../src/domain/rehearsal-answer.ts'
import type { Git } from '../../git/git.ts'
import { refusalsOf } from '../apply/refusals.ts'
import { saying } from '../client.ts'
import type { MigrationFile, Release } from '../tools/tool.ts'
import { toolFor } from '../tools/tools.ts'
import { NotBuilt } from './build.ts'
import { inCheckout, runBuild } from './checkout.ts'
import { bindingFiles, keepEvidence, keptEvidence } from './evidence.ts'
import { type Live, readLive } from './live.ts'
import { NotThere } from './not-there.ts'
import { onScratch } from './on-scratch.ts'
import type { RehearsalOrder, RehearsalWorld } from './order.ts'
import type { ServerSource, StartedServer } from './server.ts'

export type RehearsalDeps = {
  git: Git
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
  const live = await readLive(world.liveUrl, order.settings)
  return await inCheckout(deps.git, order, async (releaseDirectory) => {
    const release = { releaseDirectory, settings: order.settings }
    const files = await toolFor(order.settings).files(release)
    const pending = files.filter(({ name }) => !live.applied.includes(name))
    if (pending.length === 0) return { state: 'nothing_pending' }
    const refusals = await refusalsWithout(release, { order, live, files, pending })
    if (refusals.length > 0) return { state: 'refused', message: refusals.join('; ') }
    const binds = { files: bindingFiles(pending), live: live.fingerprint, serverMajor: live.server.major }
    const asked = await askedFor(order, releaseDirectory)
    const kept = await keptEvidence(order.directory, binds, asked)
    if (kept) return { state: 'rehearsed', rehearsal: kept, kept: true }
    const cannot = await readyTool(release, order, world)
    if (cannot !== null) return { state: 'refused', message: cannot }
    const answer = await rehearseNow({ order, world, deps, live, release, pending, binds })
    if (answer.state === 'rehearsed') await keepEvidence(order.directory, answer.rehearsal, asked)
    return answer
  })
}

/** Whether the tool can run is asked later: a clean checkout has to be built first. */
async function refusalsWithout(
  release: Release,
  read: { order: RehearsalOrder; live: Live; files: readonly MigrationFile[]; pending: readonly MigrationFile[] },
): Promise<string[]> {
  const { order, live, files, pending } = read
  const tool = { ...toolFor(order.settings), cannotRun: () => Promise.resolve(null) }
  const names = pending.map(({ name }) => name)
  return await refusalsOf(
    { release, directory: order.directory, tool },
    { files, applied: live.applied, pending: names },
  )
}

/** What else is shown beside the migrations: with other rows or other queries it is another rehearsal. */
async function askedFor({ data, oldRelease }: RehearsalOrder, releaseDirectory: string): Promise<unknown> {
  return { data: data === null ? null : await readFile(join(releaseDirectory, data), 'utf8'), oldRelease }
}

/** Builds the checkout only where the tool has to come from it. In words why it cannot run; null: it can. */
async function readyTool(release: Release, order: RehearsalOrder, world: RehearsalWorld): Promise<string | null> {
  const tool = toolFor(order.settings)
  if ((await tool.cannotRun(release)) === null) return null
  await runBuild(order.build, { cwd: release.releaseDirectory, environment: world.environment })
  return await tool.cannotRun(release)
}

export type RehearsalCase = {
  order: RehearsalOrder
  world: RehearsalWorld
  deps: RehearsalDeps
  live: Live
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
