import type { HostOrder, HostRecord, RollbackTarget } from '../../src/domain/host.ts'
import { shown } from '../../src/domain/version.ts'
import { readJson, writeJson } from '../disk/atomic.ts'
import { readRecords } from '../host/inspect.ts'
import { readClaim } from '../host/require-claim.ts'
import { invalid } from './forward.ts'
import { switchPaths } from './paths.ts'
import { readPoint } from './restore-point.ts'

/** Where a rollback goes; kept, so that the one that takes over from this run goes there too. */
export async function resolve(asked: {
  order: HostOrder
  to: string | null
  deployment: string | null
}): Promise<RollbackTarget> {
  const { order } = asked
  const target = asked.deployment === null ? await fromRecords(order, asked.to) : await before(order, asked.deployment)
  await writeJson(switchPaths(order.directory).target(order.deployment), target)
  return target
}

/** Where a deployment began; a rollback that was cut off began nothing of its own, and still goes where it was going. */
async function before(order: HostOrder, deployment: string): Promise<RollbackTarget> {
  const point = await readPoint(order.directory, deployment)
  if (point) {
    const { record, migrations, catalog } = point.point
    return { over: [deployment], record, migrations, catalog }
  }
  const going = await readJson(switchPaths(order.directory).target(deployment), parseTarget)
  if (going) return going
  const [record = null] = await readRecords(order.directory)
  return { over: [], record, migrations: record?.migrations ?? null, catalog: record?.catalog ?? null }
}

async function fromRecords(order: HostOrder, to: string | null): Promise<RollbackTarget> {
  const records = await readRecords(order.directory)
  const unfinished = await unfinishedDeployment(order)
  if (to === null) return await oneBack(order, records, unfinished)
  const at = records.findIndex((record) => record.release.version === to || record.release.commit === to)
  const record = records[at]
  if (!record) throw unknown(order, to, records)
  return targetOf(record, [...unfinished, ...records.slice(0, at).map((each) => each.deployment)])
}

/** The release before the version of record; before the first one there was nothing, which is a target too. */
async function oneBack(
  order: HostOrder,
  records: readonly HostRecord[],
  unfinished: readonly string[],
): Promise<RollbackTarget> {
  const [current, previous] = records
  if (!current) throw invalid(`${order.host}: expected a release to go back from, got none; nothing was deployed here`)
  const over = [...unfinished, current.deployment]
  if (previous) return targetOf(previous, over)
  const point = await readPoint(order.directory, current.deployment)
  if (!point) throw unknown(order, 'the release before', records)
  const { record, migrations, catalog } = point.point
  return { over, record, migrations, catalog }
}

function targetOf(record: HostRecord, over: readonly string[]): RollbackTarget {
  return { over, record, migrations: record.migrations, catalog: record.catalog }
}

/** A deployment that holds the host and has captured what it may have changed. */
async function unfinishedDeployment(order: HostOrder): Promise<string[]> {
  const claim = await readClaim(order.directory)
  if (!claim || claim.deployment === order.deployment) return []
  return (await readPoint(order.directory, claim.deployment)) ? [claim.deployment] : []
}

function unknown(order: HostOrder, to: string, records: readonly HostRecord[]) {
  const known = records.map((record) => record.release.version).join(', ') || 'none'
  return invalid(`${order.host}: expected a release that is kept here (${known}), got ${shown(to)}; name one of these`)
}

function parseTarget(value: unknown): RollbackTarget {
  if (!isTarget(value)) throw new Error('expected a rollback target')
  return value
}

function isTarget(value: unknown): value is RollbackTarget {
  return (
    typeof value === 'object' && value !== null && 'over' in value && Array.isArray(value.over) && 'record' in value
  )
}
