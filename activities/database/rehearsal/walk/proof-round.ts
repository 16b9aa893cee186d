import { type Catalog, diffCatalogs, shortName } from '../../../../src/domain/catalog/catalog.ts'
import { emptiedTables, goneIn } from '../../../../src/domain/rehearsal/loss.ts'
import { judgeRows, type Lost, sameRows } from '../../../../src/domain/rehearsal/rows.ts'
import type { Ran, SeenState } from '../../../../src/domain/rehearsal/verdict.ts'
import type { MigrationFile } from '../../tools/tool.ts'
import { nothingSeeded, type Seeded, seedTables, unseed } from '../seed/seed.ts'
import { type Ground, runWay, seenRows, seenState } from './run-way.ts'
import { withSequencesKept } from './sequences.ts'

/**
 * `lost`: what those rows held and do not hold after forth and back. `not`: tables of which nothing is known, in words.
 * `again`: the second way forth, where it was also the last: the round ended on it. `spoiled`: it left another state than
 * the one before the up, and nothing more can be judged by it.
 */
export type ProofRound = {
  proven: ReadonlySet<string>
  lost: readonly Lost[]
  not: readonly string[]
  again: Ran | null
  spoiled: boolean
}

export const nothingProven: ProofRound = { proven: new Set(), lost: [], not: [], again: null, spoiled: false }

/**
 * On tables without rows nobody sees what an up does to rows: what it drops may come back with a good way back, and what it
 * writes over may not. Once more forth and back then, over rows made up *before* the up, in whatever it took something
 * from or `touched`. Begins and ends on the state before the up, unless `again` is given or it is `spoiled`.
 */
export async function proofRound(
  ground: Ground,
  { file, removes, touched, before, up, down }: Doubt & { file: MigrationFile },
): Promise<ProofRound> {
  const doubted = [...doubtedTables({ before: before.catalog, after: up.catalog }, removes), ...touched]
  const empty = doubted.filter((table) => !before.rows.some((digest) => digest.table === table))
  if (empty.length === 0) return nothingProven
  return await withSequencesKept(ground.client, () => roundOn(ground, { file, empty, down }))
}

async function roundOn(
  ground: Ground,
  { file, empty, down }: { file: MigrationFile; empty: readonly string[]; down: SeenState },
): Promise<ProofRound> {
  const now = await seenRows(ground, down)
  const wanted = now.catalog.flatMap(({ kind, name, place }) =>
    kind === 'table' && place && empty.includes(name) ? [{ name, relation: place.relation }] : [],
  )
  const seeded = await seedTables(ground, { wanted, before: now, after: now })
  if (seeded.tables.length === 0) return { ...nothingProven, not: seeded.not }
  const { ended, ...round } = await forthAndBack(ground, { file, seeded, now })
  if (round.again !== null) return round
  await unseed(ground, seeded.tables)
  return { ...round, spoiled: !isAsBefore(now, await seenRows(ground, ended)) }
}

/** `down`: what the first way back came to; made-up rows may be gone since. */
type Doubt = {
  removes: readonly string[]
  touched: readonly string[]
  before: SeenState
  up: SeenState
  down: SeenState
}

/** `ended`: the state that it came to. */
async function forthAndBack(
  ground: Ground,
  { file, seeded, now }: { file: MigrationFile; seeded: Seeded; now: SeenState },
): Promise<ProofRound & { ended: SeenState }> {
  const { not, tables } = seeded
  const before = await seenRows(ground, now)
  const up = { ...(await runWay(ground, file, 'up')), state: await seenState(ground) }
  // E.g. a new column that may not be NULL. It says nothing of what it does to rows.
  if (up.message !== null) {
    const why = `it cannot be applied over made-up rows: ${up.message}`
    return { ...nothingProven, not: [...not, ...tables.map((table) => `${shortName(table)}: ${why}`)], ended: up.state }
  }
  const down = await runWay(ground, file, 'down')
  if (down.message !== null) return { ...nothingProven, not, again: up, ended: up.state }
  const ended = await seenState(ground)
  const { existing } = nothingSeeded
  const found = judgeRows({ before: before.rows, up: up.state.rows, seeded: existing, down: ended.rows })
  const damaged = found.damaged.map((words) => ({ object: words.split(': ')[0] ?? words, words }))
  return { ...nothingProven, proven: found.proven, lost: [...found.lost, ...damaged], not, ended }
}

function isAsBefore(before: SeenState, now: SeenState): boolean {
  const isSame = before.fingerprint === now.fingerprint || diffCatalogs(before.catalog, now.catalog).length === 0
  return isSame && sameRows(before.rows, now.rows)
}

/** Those from which the up takes something: whole, a column of them, or rows. */
function doubtedTables(catalogs: { before: Catalog; after: Catalog }, removes: readonly string[]): string[] {
  const gone = goneIn(catalogs).filter(({ comesBack }) => comesBack)
  const tables = gone.flatMap(({ object }) => {
    const was = catalogs.before.find(({ kind, name }) => (kind === 'table' || kind === 'column') && name === object)
    return was ? [was.table ?? was.name] : []
  })
  return [...new Set([...tables, ...removes.flatMap(emptiedTables)])]
}
