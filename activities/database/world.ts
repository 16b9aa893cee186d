import { diffCatalogs } from '../../src/domain/catalog/catalog.ts'
import type { MigrateResult, RevertResult } from '../../src/domain/migration/migration.ts'
import { endWords, lastWords, type StepResult } from '../step/step.ts'
import { loadCatalog, readCatalog, storeCatalog } from './catalog/catalog.ts'
import { isBegun, readNote, settleNotes } from './notes.ts'
import { type Failure, migrateReport, revertReport } from './orders.ts'
import { historyAsked } from './revert/revert-plan.ts'
import type { MigrateInput, RevertInput } from './run-programs.ts'
import { isThat } from './snapshot/drift.ts'
import type { Target } from './tools/tool.ts'
import { toolFor } from './tools/tools.ts'

/** What the world says after a migrate: whose report is believed only where the world cannot know. */
export async function migratedWorld(
  at: Target,
  { order, database, releaseDirectory, pending }: MigrateInput,
  result: StepResult,
): Promise<MigrateResult> {
  const { directory, deployment } = order
  const settings = database.migrations
  const release = { releaseDirectory, settings }
  const history = await toolFor(settings).history(at, { settings, release, known: pending })
  const notes = await Promise.all(pending.map((name) => readNote(directory, name)))
  const own = notes.flatMap((note) => (note?.deployment === deployment ? [note] : []))
  const applied = history.filter((name) => own.some((note) => note.name === name))
  const catalogAfter = await storeCatalog(directory, await readCatalog(at.client, settings))
  const missing = pending.find((name) => !applied.includes(name)) ?? null
  const parsed = migrateReport.safeParse(result.report)
  const told = parsed.success ? parsed.data.failure : endOf(result, missing)
  const unproven = { migration: missing, message: 'the program says it is applied, the history does not' }
  const failure = told ?? (missing === null ? null : unproven)
  const snapshot = own.at(-1)?.snapshot ?? null
  const catalogBefore = own.find((note) => note.name === pending[0])?.before ?? catalogAfter
  return {
    applied,
    history,
    catalogBefore,
    catalogAfter,
    ...(snapshot === null ? {} : { snapshot }),
    failure: shortened(failure),
  }
}

/** What the world says after a revert. */
export async function revertedWorld(
  at: Target,
  { order, database, migrations, before, onLoss }: RevertInput,
  result: StepResult,
): Promise<RevertResult> {
  const { directory } = order
  const settings = database.migrations
  const history = await toolFor(settings).history(at, historyAsked({ settings, migrations }))
  const notes = await Promise.all(migrations.map(({ name }) => readNote(directory, name)))
  const kept = migrations.map(({ name }) => name).filter((name) => history.includes(name))
  const begun = notes.flatMap((note) => (note?.down ? [note.name] : []))
  const reverted = begun.filter((name) => !kept.includes(name))
  await settleNotes(directory, notes, history)
  const now = await readCatalog(at.client, settings)
  await storeCatalog(directory, now)
  const target = before ?? notes.at(-1)?.before ?? null
  const was = await loadCatalog(directory, target)
  const parsed = revertReport.safeParse(result.report)
  const none = {
    failure: endOf(result, kept[0] ?? null),
    losses: [],
    unchanged: false,
    warnings: [],
    taken: [],
    drift: [],
  }
  const {
    failure,
    losses,
    unchanged = false,
    warnings = [],
    taken = [],
    drift = [],
  } = parsed.success ? parsed.data : none
  const difference = was ? diffCatalogs(was, now) : []
  const silent = onLoss !== 'count' && failure === null && losses.length === 0 && kept.length > 0
  const unproven = { migration: kept[0] ?? null, message: 'the program says it is reverted, the history does not' }
  return {
    reverted,
    kept: kept.toSorted((a, b) => history.indexOf(b) - history.indexOf(a)),
    losses: losses.slice(0, mostLosses),
    catalogRestored: await isThat(directory, target, now),
    difference: difference.slice(0, mostLines).map((line) => line.slice(0, longestLine)),
    ...(difference.length > 0 && difference.every((line) => drift.includes(line)) ? { foreign: true } : {}),
    ...(warnings.length === 0 ? {} : { warnings: warnings.slice(0, mostLines) }),
    ...(taken.length === 0 ? {} : { taken: taken.slice(0, mostLines).map((line) => line.slice(0, longestLine)) }),
    failure: shortened(silent ? unproven : failure),
    unchanged: unchanged && reverted.length === 0 && !notes.some((note) => isBegun(note?.down ?? null)),
  }
}

/** A program that left no report: killed, out of time, or never started. */
function endOf(result: StepResult, migration: string | null): Failure {
  return { migration, message: `the program ${endWords(result)}: ${lastWords(result)}` }
}

// What travels to the workflow stays in its history, which has room for a few kilobytes a step.
const [mostLosses, mostLines, longestLine, longestMessage] = [50, 20, 300, 2_000]

function shortened(failure: Failure): Failure {
  return failure && { ...failure, message: failure.message.slice(0, longestMessage) }
}
