import { diffCatalogs } from '../../../../src/domain/catalog/catalog.ts'
import type { RehearsedMigration } from '../../../../src/domain/rehearsal/rehearsal.ts'
import { sameRows } from '../../../../src/domain/rehearsal/rows.ts'
import { judgeMigration, type Ran, type SeenState, type Walked } from '../../../../src/domain/rehearsal/verdict.ts'
import { splitStatements } from '../../tools/sql-statements.ts'
import type { MigrationFile } from '../../tools/tool.ts'
import { nobodyLooks, type Observer } from '../observe/observe.ts'
import { nothingSeeded, type Seeded, seed, unseed } from '../seed/seed.ts'
import { nothingProven, proofRound } from './proof-round.ts'
import { type Ground, runWay, seenState } from './run-way.ts'
import { watchTouch } from './touched.ts'

type Step = { file: MigrationFile; before: SeenState; observer: Observer | undefined }

/** `left`: the state it leaves, if that is what the ups alone lead to; null: the database is good for nothing more. */
export type WalkedOne = { migration: RehearsedMigration; left: SeenState | null }

/** One migration forth, back over rows that met it, and forth again. What happens is an answer, not an error. */
export async function walkOne(ground: Ground, step: Step): Promise<WalkedOne> {
  const { file, before } = step
  if (file.problem !== null) return unfit(file, before)
  const { up, touched, lock, rewrites } = await firstUp(ground, step)
  const walked = { ...untried, ...factsOf(file), before, up, lock, rewrites }
  if (up.message !== null) return ended(walked, up.state, before)
  if (file.wayBack !== 'there' || file.noWayBack !== null) return ended(walked, up.state, up.state)
  return await backAndAgain(ground, { file, touched }, walked)
}

/** A deployment would not run it either. */
function unfit(file: MigrationFile, before: SeenState): WalkedOne {
  const up = { durationMs: 0, message: file.problem, state: before }
  return ended({ ...untried, ...factsOf(file), before, up, lock: null, rewrites: [] }, before, before)
}

const untried = {
  down: null,
  again: null,
  seeded: toldOf(nothingSeeded),
  provenBefore: new Set<string>(),
  lostBefore: [],
}

async function backAndAgain(
  ground: Ground,
  { file, touched }: { file: MigrationFile; touched: readonly string[] },
  walked: Walked,
): Promise<WalkedOne> {
  const { before, removes, up } = walked
  const rows = await seed(ground, { before, after: up.state })
  const seeded = toldOf(rows)
  const down = await run(ground, file, 'down')
  await unseed(ground, [...rows.tables, ...carriedOver(walked, down.state)])
  if (down.message !== null) return ended({ ...walked, down, seeded }, await seenState(ground), up.state)

  const round = isRestored(before, down.state)
    ? await proofRound(ground, { file, removes, touched, before, up: up.state, down: down.state })
    : nothingProven
  const { proven: provenBefore, lost: lostBefore } = round
  const seen = { ...walked, down, seeded: { ...seeded, not: [...seeded.not, ...round.not] }, provenBefore, lostBefore }
  if (round.spoiled) return ended(seen, await seenState(ground), up.state)
  const again = round.again ?? (await run(ground, file, 'up'))
  return ended({ ...seen, again }, again.state, up.state)
}

/** `now` is what the database holds, `expected` what the ups alone lead to. */
function ended(walked: Walked, now: SeenState, expected: SeenState): WalkedOne {
  return { migration: judgeMigration(walked), left: isSame(expected, now) ? now : null }
}

async function firstUp(ground: Ground, { file, observer = nobodyLooks }: Step) {
  const { client, url } = ground
  const observation = await observer.before({ client, url, file })
  const touch = await watchTouch(client, file)
  const up = await runWay(ground, file, 'up', async () => {
    await observation.held()
    await touch.held()
  })
  const touched = await touch.tables()
  const seen = await observation.after()
  return { up: { ...up, state: await seenState(ground) }, touched, ...seen }
}

async function run(ground: Ground, file: MigrationFile, way: 'up' | 'down'): Promise<Ran> {
  const ran = await runWay(ground, file, way)
  return { ...ran, state: await seenState(ground) }
}

/** Tables that neither the state before nor the up had rows in: the way back carried made-up ones over, as is its business. */
function carriedOver({ before, up }: Walked, { rows }: SeenState): string[] {
  const held = new Set([...before.rows, ...up.state.rows].map(({ table }) => table))
  return rows.map(({ table }) => table).filter((table) => !held.has(table))
}

/** By name: columns may stand elsewhere. */
function isRestored(before: SeenState, now: SeenState): boolean {
  return before.fingerprint === now.fingerprint || diffCatalogs(before.catalog, now.catalog).length === 0
}

/** Where columns stand counts too: a later migration may insert without naming them. */
function isSame(expected: SeenState, now: SeenState): boolean {
  return expected.fingerprint === now.fingerprint && sameRows(expected.rows, now.rows)
}

function factsOf(file: MigrationFile) {
  const { name, wayBack, noWayBack: declared } = file
  return { name, wayBack, declared, removes: removesIn(file) }
}

/** Statements of the up that take rows away. A script shows one at most. */
function removesIn({ sections, destroys }: MigrationFile): string[] {
  const ups = sections.filter((section) => section.way === 'up').flatMap((section) => splitStatements(section.sql))
  return [...(ups.length > 0 ? ups : [destroys ?? ''])]
    .filter((statement) => /^(truncate|delete\s+from)\b/i.test(statement))
    .map((statement) => statement.replace(/\s+/g, ' ').slice(0, 80))
}

function toldOf({ rows, not, existing }: Seeded): Walked['seeded'] {
  return { rows, not, existing }
}
