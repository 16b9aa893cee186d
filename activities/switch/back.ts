import { dirname } from 'node:path'
import type { HostOrder, HostRecord, RollbackTarget } from '../../src/domain/host.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { readJson } from '../disk/atomic.ts'
import { sha256Of } from '../disk/sha256.ts'
import { readRecords } from '../host/inspect.ts'
import { hostPaths } from '../host/paths.ts'
import { parsePlan } from '../host/state-files.ts'
import { keepContent } from './contents.ts'
import type { FileState } from './file-state.ts'
import { invalid, linkTo, markerMode, wanted } from './forward.ts'
import { parseMarkerText } from './read-marker.ts'
import { editedDirectory, type KeptFile, type KeptPoint, readPoint, rootsOf } from './restore-point.ts'
import { type SwitchOrder, switchId, type WantedCode, type WantedFile } from './switch-order.ts'

export type Back = {
  order: HostOrder
  /** The plan of the run that goes back. */
  plan: Plan
  target: RollbackTarget
  only: 'all' | 'configuration' | 'marker'
  markerText: string | null
  try: number
}

export type BackOrder = {
  order: SwitchOrder
  markerFile: string
  /** Configuration that is told of afterwards, changed or not. */
  targets: readonly string[]
  /** The plan that is live afterwards, where it was kept. */
  livePlan: Plan | null
}

/** What the restore points say was there before the deployments that are gone back over. */
export async function backOrder(asked: Back): Promise<BackOrder> {
  const { order, plan, target, only } = asked
  const points = await pointsOf(order, target)
  const [current = null] = await readRecords(order.directory)
  const record = only === 'all' ? target.record : current
  const livePlan = record ? await readJson(hostPaths(order.directory).plan(record.planDigest), parsePlan) : null
  const markerFile = target.over.length === 0 ? plan.marker.file : (livePlan ?? plan).marker.file
  const configuration = only === 'marker' ? [] : earliest(points, (point) => point.configuration)
  const files = [
    ...configuration.map((file) => restored(file, 'configuration')),
    ...(await markersOf(asked, points, markerFile)),
  ]
  const known = record?.configuration.map((file) => file.target) ?? []
  return {
    order: {
      id: switchId(order.deployment, 'back', asked.try),
      order,
      direction: 'back',
      roots: unionOf([plan, ...(livePlan ? [livePlan] : [])], points),
      planDigest: record?.planDigest ?? null,
      editedDirectory: editedDirectory(order.directory, target.over[0] ?? order.deployment),
      files,
      code: only === 'all' ? await codeOf(asked, points) : null,
    },
    markerFile,
    targets: [...new Set([...known, ...configuration.map((file) => file.path)])],
    livePlan,
  }
}

/** Newest first. A deployment that never captured one changed nothing; one of record must have one, or was by hand. */
async function pointsOf(order: HostOrder, target: RollbackTarget): Promise<KeptPoint[]> {
  const records = await readRecords(order.directory)
  const points: KeptPoint[] = []
  for (const deployment of target.over) {
    const point = await readPoint(order.directory, deployment)
    const record = records.find((each) => each.deployment === deployment)
    if (point) points.push(point)
    else if (record && record.outcome !== 'ADOPTED') {
      throw invalid(`${order.host}: expected the restore point of ${deployment}, got none; restore its files by hand`)
    }
  }
  return points
}

/** One state for each path: the one captured first, because it is what was there before all of them. */
function earliest(points: readonly KeptPoint[], filesOf: (point: KeptPoint) => readonly KeptFile[]): KeptFile[] {
  const files = points.flatMap(filesOf)
  return [...new Map(files.map((file) => [file.path, file])).values()]
}

function restored(file: KeptFile, what: WantedFile['what']): WantedFile {
  const { state } = file
  const back = wanted(file.path, what, state?.sha256 ?? null, 0o640, file)
  return { ...back, ...ownerOf(state), keep: false }
}

function ownerOf(state: FileState): Partial<Pick<WantedFile, 'mode' | 'uid' | 'gid'>> {
  return state === null ? {} : { mode: state.mode, uid: state.uid, gid: state.gid }
}

/** The marker file gets the text of the release that comes back; every other marker that was captured goes back as it was. */
async function markersOf(asked: Back, points: readonly KeptPoint[], markerFile: string): Promise<WantedFile[]> {
  const { order, only, markerText } = asked
  const captured = earliest(points, (point) => [point.marker])
  const others = captured.filter((file) => markerText === null || file.path !== markerFile)
  const back = only === 'all' || markerText === null ? others.map((file) => restored(file, 'marker')) : []
  if (markerText === null) return back
  const { problem } = parseMarkerText(markerFile, markerText)
  if (problem !== null) throw invalid(problem)
  await keepContent(order.directory, Buffer.from(markerText))
  const here = captured.find((file) => file.path === markerFile)
  return [...back, wanted(markerFile, 'marker', sha256Of(markerText), markerMode, here)]
}

async function codeOf({ order, plan, target }: Back, points: readonly KeptPoint[]): Promise<WantedCode | null> {
  const before = points.at(-1)?.code ?? null
  const { record } = target
  if (plan.layout.mode === 'in_place') {
    const head = before?.mode === 'in_place' ? before.head : null
    const commit = record?.release.commit ?? head?.commit ?? null
    if (record === null && head === null) return null
    return { kind: 'checkout', to: { commit, branch: head?.commit === commit ? (head?.branch ?? null) : null } }
  }
  const link = before?.mode === 'worktree' ? before : null
  if (record !== null && isRelease(order, record)) {
    return { kind: 'link', to: await linkTo(order.directory, record.releaseDirectory) }
  }
  return link === null ? null : { kind: 'link', to: link.link }
}

/** A release that was adopted may lie somewhere else: then `current` is what it was at its time. */
function isRelease(order: HostOrder, record: HostRecord): boolean {
  return dirname(record.releaseDirectory) === hostPaths(order.directory).releases
}

function unionOf(plans: readonly Plan[], points: readonly KeptPoint[]): SwitchOrder['roots'] {
  const all = [...plans.map(rootsOf), ...points.map((point) => point.roots)]
  const [plan] = plans
  const directory = plan?.layout.directory ?? ''
  return { directory, roots: [...new Set(all.flatMap(({ roots }) => roots))] }
}
