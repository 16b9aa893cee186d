import { lstat } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { ApplicationFailure } from '@temporalio/common'
import { failureTypes } from '../../src/domain/failure.ts'
import type { HostOrder } from '../../src/domain/host.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { isErrno } from '../disk/atomic.ts'
import { sha256Of } from '../disk/sha256.ts'
import type { Git } from '../git/git.ts'
import { hostPaths } from '../host/paths.ts'
import { readSource } from './configuration-source.ts'
import { keepContent } from './contents.ts'
import { parseMarkerText } from './read-marker.ts'
import { editedDirectory, type KeptFile, type KeptPoint, readPoint, rootsOf } from './restore-point.ts'
import { type SwitchOrder, switchId, type WantedCode, type WantedFile } from './switch-order.ts'

export type Forward = { order: HostOrder; plan: Plan; releaseDirectory: string; markerText: string; try: number }

/** What the release brings to this host; its bytes are kept. Throws `Invalid` when there is no way back yet. */
export async function forwardOrder(git: Git, asked: Forward): Promise<SwitchOrder> {
  const { order, plan } = asked
  const point = await readPoint(order.directory, order.deployment)
  if (!point)
    throw invalid(`${order.host}: expected a restore point of ${order.deployment}, got none; capture it first`)
  const files: WantedFile[] = []
  for (const file of plan.configuration) {
    const { bytes, executable } = await readSource(git, plan, asked.releaseDirectory, file)
    await keepContent(order.directory, bytes)
    const mode = executable ? 0o750 : 0o640
    const kept = point.configuration.find((each) => each.path === file.target)
    files.push(wanted(file.target, 'configuration', sha256Of(bytes), mode, kept))
  }
  files.push(await markerFile(asked, point))
  return {
    id: switchId(order.deployment, 'forward', asked.try),
    order,
    direction: 'forward',
    roots: rootsOf(plan),
    planDigest: plan.digest,
    editedDirectory: editedDirectory(order.directory, order.deployment),
    files,
    code: await codeOf(asked),
  }
}

export async function linkTo(directory: string, releaseDirectory: string): Promise<string> {
  if (dirname(releaseDirectory) !== hostPaths(directory).releases) {
    throw invalid(`${releaseDirectory}: expected a release in ${hostPaths(directory).releases}, got another place`)
  }
  const stat = await lstat(releaseDirectory).catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return null
    throw error
  })
  if (stat?.isDirectory()) return relative(directory, releaseDirectory)
  throw invalid(`${releaseDirectory}: expected the release, got nothing; it was removed or never fetched`)
}

export function invalid(message: string): ApplicationFailure {
  return ApplicationFailure.create({ type: failureTypes.invalid, nonRetryable: true, message })
}

export function wanted(
  path: string,
  what: WantedFile['what'],
  sha256: string | null,
  mode: number,
  captured: KeptFile | undefined,
): WantedFile {
  const known = captured !== undefined
  return {
    path,
    what,
    sha256,
    keep: true,
    mode,
    ...ourOwner(),
    captured: { known, sha256: captured?.state?.sha256 ?? null },
    parents: captured?.parents ?? [],
  }
}

function ourOwner(): { uid: number; gid: number } {
  return { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 }
}

async function markerFile({ order, plan, markerText }: Forward, point: KeptPoint): Promise<WantedFile> {
  const { problem } = parseMarkerText(plan.marker.file, markerText)
  if (problem !== null) throw invalid(problem)
  await keepContent(order.directory, Buffer.from(markerText))
  return wanted(plan.marker.file, 'marker', sha256Of(markerText), markerMode, point.marker)
}

/** Everybody may read what is deployed. */
export const markerMode = 0o644

async function codeOf({ order, plan, releaseDirectory }: Forward): Promise<WantedCode> {
  if (plan.layout.mode === 'in_place') {
    return { kind: 'checkout', to: { commit: plan.release.commit, branch: null } }
  }
  return { kind: 'link', to: await linkTo(order.directory, join(releaseDirectory)) }
}
