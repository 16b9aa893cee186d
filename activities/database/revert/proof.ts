import type pg from 'pg'
import { type Catalog, diffCatalogs } from '../../../src/domain/catalog/catalog.ts'
import { inShort } from '../../../src/domain/in-short.ts'
import { fingerprintOf, loadCatalog, readCatalog } from '../catalog/catalog.ts'
import type { ProgramWorld, RevertOrder } from '../orders.ts'
import type { MigrationTool } from '../tools/tool.ts'
import { historyAsked, type ToRevert } from './revert-plan.ts'

/** What a revert is held against: the exact history, and the catalog. */
export type State = { history: string[]; catalog: Catalog }

type Asking = { client: pg.ClientBase; tool: MigrationTool; order: RevertOrder; world: ProgramWorld }

export async function stateNow(asking: Asking): Promise<State> {
  return { history: await historyNow(asking), catalog: await readCatalog(asking.client, asking.order.settings) }
}

export async function historyNow({ client, tool, order, world }: Asking): Promise<string[]> {
  return await tool.history({ client, ...world }, historyAsked(order))
}

export function isSame(one: State, other: State): boolean {
  return (
    one.history.join('\n') === other.history.join('\n') && fingerprintOf(one.catalog) === fingerprintOf(other.catalog)
  )
}

/**
 * Whatever the tool said: the history holds what it held, without this one, and the catalog is the one before it, but
 * for what somebody else had changed (`drift`). Throws, object by object, where it is not.
 */
export async function proveBack(
  asking: Asking,
  { one, history, drift }: { one: ToRevert; history: readonly string[]; drift: readonly string[] },
): Promise<string[]> {
  const { name } = one.file
  const now = await stateNow(asking)
  const expected = history.filter((applied) => applied !== name)
  const wrong = historyDifference(expected, now.history)
  if (wrong !== null) throw new Error(`${name}: its down ran, but the history is wrong: ${wrong}`)
  const before = await catalogBefore(asking.order, one)
  const left = before === null ? [] : diffCatalogs(before, now.catalog).filter((line) => !drift.includes(line))
  if (left.length > 0)
    throw new Error(`${name}: its down ran, but did not restore the schema: ${inShort(left).join('; ')}`)
  return now.history
}

/** null: not known, and nothing is held against it. */
async function catalogBefore(
  { directory, migrations, before }: RevertOrder,
  { file, note }: ToRevert,
): Promise<Catalog | null> {
  const oldest = migrations.at(-1)?.name === file.name ? before : null
  return await loadCatalog(directory, note?.before ?? oldest)
}

function historyDifference(expected: readonly string[], got: readonly string[]): string | null {
  if (got.join('\n') === expected.join('\n')) return null
  const left = got.filter((name) => !expected.includes(name)).map((name) => `still ${name}`)
  const gone = expected.filter((name) => !got.includes(name)).map((name) => `without ${name}`)
  return `expected ${expected.at(-1) ?? 'nothing'} as the last one, got ${[...left, ...gone].join(', ') || 'another order'}`
}
