import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { AppliedMigration, HostOrder, RestorePoint } from '../../src/domain/host.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { createFileOnce, readJson } from '../disk/atomic.ts'
import type { Roots } from '../disk/safe-path.ts'
import type { Git } from '../git/git.ts'
import { readRecords } from '../host/inspect.ts'
import { hostPaths } from '../host/paths.ts'
import { type Head, readHead } from './checkout-state.ts'
import { captureFile, type FileState } from './file-state.ts'
import { readLink } from './link-state.ts'
import { readMarkerFile } from './read-marker.ts'

/** A restore point as the host keeps it: its description, and what is needed to go back. The bytes are in `contents`. */
export type KeptPoint = {
  point: RestorePoint
  planDigest: string
  roots: Roots
  configuration: readonly KeptFile[]
  marker: KeptFile
  code: KeptCode
}

export type KeptFile = { path: string; state: FileState; parents: readonly string[] }

export type KeptCode = { mode: 'worktree'; link: string | null } | { mode: 'in_place'; head: Head }

export type Capture = {
  order: HostOrder
  plan: Plan
  migrations: readonly AppliedMigration[] | null
  catalog: string | null
}

type World = { host: string; clock: () => Date; git: Git }

/** Reads everything that a switch to `plan` would change, and writes it down once: the first capture stands. */
export async function capture(world: World, asked: Capture): Promise<KeptPoint> {
  const { order } = asked
  const before = await readPoint(order.directory, order.deployment)
  if (before) return before
  const kept = await seenNow(world, asked)
  const file = pointFile(order.directory, order.deployment)
  await mkdir(hostPaths(order.directory).restorePoint(order.deployment), { recursive: true, mode: 0o700 })
  await createFileOnce(file, `${JSON.stringify(kept, null, 2)}\n`)
  return (await readPoint(order.directory, order.deployment)) ?? kept
}

async function seenNow(world: World, { order, plan, migrations, catalog }: Capture): Promise<KeptPoint> {
  const roots = rootsOf(plan)
  const configuration: KeptFile[] = []
  for (const { target } of plan.configuration) {
    configuration.push({ path: target, ...(await captureFile(target, roots)) })
  }
  const marker = { path: plan.marker.file, ...(await captureFile(plan.marker.file, roots)) }
  return {
    point: {
      deployment: order.deployment,
      host: world.host,
      record: (await readRecords(order.directory))[0] ?? null,
      configuration: configuration.map(({ path, state }) => described(path, state)),
      marker: (await readMarkerFile(plan.marker.file)).marker,
      migrations,
      catalog,
      at: world.clock().toISOString(),
    },
    planDigest: plan.digest,
    roots,
    configuration,
    marker,
    code: await captureCode(world.git, plan),
  }
}

/** null: nothing was captured for this deployment, so it changed nothing here. */
export async function readPoint(directory: string, deployment: string): Promise<KeptPoint | null> {
  return await readJson(pointFile(directory, deployment), parsePoint)
}

/** Somebody's edit that a switch would overwrite is kept here. */
export function editedDirectory(directory: string, deployment: string): string {
  return join(hostPaths(directory).restorePoint(deployment), 'edited')
}

export function rootsOf({ layout }: Pick<Plan, 'layout'>): Roots {
  return { directory: layout.directory, roots: layout.roots }
}

function pointFile(directory: string, deployment: string): string {
  return join(hostPaths(directory).restorePoint(deployment), 'point.json')
}

function described(target: string, state: FileState): RestorePoint['configuration'][number] {
  return { target, sha256: state?.sha256 ?? null, mode: state?.mode ?? null }
}

async function captureCode(git: Git, { layout }: Plan): Promise<KeptCode> {
  if (layout.mode === 'in_place') return { mode: 'in_place', head: await readHead(git, layout.directory) }
  return { mode: 'worktree', link: await readLink(hostPaths(layout.directory).current) }
}

function parsePoint(value: unknown): KeptPoint {
  if (!isKeptPoint(value)) throw new Error('expected a restore point')
  return value
}

function isKeptPoint(value: unknown): value is KeptPoint {
  if (typeof value !== 'object' || value === null) return false
  const { point, planDigest, roots, configuration, marker, code }: Record<string, unknown> = { ...value }
  const objects = [point, roots, marker, code].every((part) => typeof part === 'object' && part !== null)
  return objects && typeof planDigest === 'string' && Array.isArray(configuration)
}
