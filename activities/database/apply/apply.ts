import type pg from 'pg'
import { diffCatalogs } from '../../../src/domain/catalog/catalog.ts'
import { inShort } from '../../../src/domain/in-short.ts'
import { fingerprintOf, loadCatalog, readCatalog, storeCatalog } from '../catalog/catalog.ts'
import { isAway, saying } from '../client.ts'
import { indexesIn, removeInvalidIndexes } from '../invalid-indexes.ts'
import { movedBy } from '../moved-rows.ts'
import { type MigrationNote, readNote, writeNote } from '../notes.ts'
import type { Failure, MigrateOrder, ProgramWorld } from '../orders.ts'
import { freshSession, freshSettings, inTransaction, withMigrationLock } from '../session.ts'
import { keepSnapshot, openSnapshot } from '../snapshot/snapshot.ts'
import type { MigrationFile, MigrationTool, Release } from '../tools/tool.ts'
import { toolFor } from '../tools/tools.ts'
import { keepBaselines } from './baselines.ts'
import { refusalsOf } from './refusals.ts'

/**
 * Applies what is pending, one by one, each proven by the exact history and the catalog. Run again after any cut it goes
 * on where the world says it stopped; a migration never runs twice. The files are kept before the first one runs.
 * null: all of them are applied.
 */
export async function applyPending(order: MigrateOrder, world: ProgramWorld): Promise<Failure> {
  const { settings, directory, pending } = order
  const tool = toolFor(settings)
  return await withMigrationLock({ url: world.url, settings }, async (client) => {
    const { snapshot, release } = await kept(order, tool)
    const target = { client, ...world }
    const files = await tool.files(release, target)
    const applied = await tool.history(target, { settings, release, known: pending })
    const left = pending.filter((name) => !applied.includes(name))
    const refusals = await refusalsOf({ release, directory, tool, ...world }, { files, applied, pending: left })
    const dirty = await tool.dirty(client, settings)
    if (dirty !== null) refusals.unshift(dirty)
    if (refusals.length > 0) return { migration: null, message: refusals.join('\n') }
    await tool.prepare(client, settings)
    const failure = await applyEach({ client, tool, order, world, files, snapshot, release })
    await keepBaselines(client, order).catch((error: unknown) => {
      if (isAway(error)) throw error
      // Applied is applied. Without them a revert takes every row of an added table for one that would be lost.
      console.error(`rows of added tables not remembered: ${saying(error, world.url)}`)
    })
    return failure
  })
}

/** What runs is what is kept, wherever the tool can read it there. */
async function kept(order: MigrateOrder, tool: MigrationTool): Promise<{ snapshot: string; release: Release }> {
  const { settings, releaseDirectory, directory } = order
  const release = { releaseDirectory, settings }
  const snapshot = await keepSnapshot(directory, release)
  if (tool.scripts === true) return { snapshot, release }
  const migrations = await openSnapshot(directory, snapshot, release)
  if (migrations === null) throw new Error(`snapshot ${snapshot}: expected it to be kept on this host, got another`)
  return { snapshot, release: { ...release, migrations } }
}

type Run = {
  client: pg.Client
  tool: MigrationTool
  order: MigrateOrder
  world: ProgramWorld
  files: readonly MigrationFile[]
  snapshot: string
  release: Release
}

async function applyEach(run: Run): Promise<Failure> {
  for (const name of run.order.pending) {
    const file = run.files.find((candidate) => candidate.name === name)
    // Refused before; asked again for the compiler.
    if (!file) return { migration: name, message: 'expected its file in the release, got none' }
    try {
      await applyOne(run, file)
    } catch (error) {
      if (isAway(error)) throw error
      return { migration: name, message: saying(error, run.world.url) + (await leftBehind(run, name)) }
    }
  }
  return null
}

async function applyOne(run: Run, file: MigrationFile): Promise<void> {
  const { client, order } = run
  const { directory, deployment, settings } = order
  const history = await historyOf(run)
  const note = await readNote(directory, file.name)
  const own = note?.deployment === deployment ? note : null
  if (history.includes(file.name)) {
    if (!own) throw new Error('applied by somebody else since the review; start a new deployment')
    if (own.after === null) await keepCatalogAfter(run, own)
    return
  }
  const begun = own && own.after === null && own.up !== null ? await resumed(run, own, file) : await newNote(run, file)
  await freshSession(client, settings)
  await runUp(run, file, begun)
  await freshSettings(client, settings)
  await proveApplied(run, file, history)
  await keepCatalogAfter(run, begun)
}

/** And what it leaves that its down will be held against. */
async function runUp(run: Run, file: MigrationFile, begun: MigrationNote): Promise<void> {
  const { client, tool, order } = run
  const up = () => tool.up({ ...toolRun(run, file), earlier: begun.up, note: noting(order.directory, begun) })
  if (file.up === 'own') {
    await up()
    begun.since = await writtenFrom(client, null)
    return
  }
  const { inserted, transaction } = await insertedBy(client, up)
  begun.inserted = inserted
  begun.since = await writtenFrom(client, transaction)
}

/** Only in a transaction of ours can it be told. `transaction`: its number. */
async function insertedBy(
  client: pg.ClientBase,
  up: () => Promise<void>,
): Promise<{ inserted: MigrationNote['inserted']; transaction: string | null }> {
  const { moved, transaction } = await inTransaction(client, async () => {
    const { rows } = await client.query<{ id: string }>('select pg_current_xact_id()::text as id')
    return { moved: await movedBy(client, up), transaction: rows[0]?.id ?? null }
  })
  const inserted = moved.flatMap(({ relation, inserted: rows }) => (rows > 0 ? [{ relation, rows }] : []))
  return { inserted, transaction }
}

/** Whoever was still writing then may have written since; the migration itself has not. */
async function writtenFrom(client: pg.ClientBase, own: string | null): Promise<MigrationNote['since']> {
  const { rows } = await client.query<{ from: string }>('select pg_snapshot_xmin(pg_current_snapshot())::text as from')
  return rows[0] && { from: rows[0].from, own }
}

function toolRun({ client, release, world }: Run, file: MigrationFile) {
  return { ...release, client, file, url: world.url, environment: world.environment }
}

async function historyOf({ client, tool, order, world, release }: Run): Promise<string[]> {
  const { settings, pending } = order
  return await tool.history({ client, ...world }, { settings, release, known: pending })
}

async function newNote({ client, order, snapshot }: Run, file: MigrationFile): Promise<MigrationNote> {
  const { deployment, releaseDirectory, directory, settings } = order
  const before = await storeCatalog(directory, await readCatalog(client, settings))
  const { name, sha256, bytes } = file
  const fresh = { after: null, up: null, down: null, reverted: false }
  const note = { name, deployment, releaseDirectory, sha256, bytes, snapshot, before, ...fresh }
  await writeNote(directory, note)
  return note
}

/** Begun by a program that was killed. What ran in a transaction has left no trace; else the tool knows where it was. */
async function resumed({ client, order }: Run, note: MigrationNote, file: MigrationFile): Promise<MigrationNote> {
  if (file.resumes) return note
  const was = await loadCatalog(order.directory, note.before)
  if (was) await removeInvalidIndexes(client, order.settings, indexesIn(was))
  const now = await readCatalog(client, order.settings)
  if (fingerprintOf(now) === note.before) return note
  const changed = was ? inShort(diffCatalogs(was, now), 5).join('; ') : 'the catalog differs from before'
  throw new Error(
    `cut off in the middle, not in the history, yet something changed: ${changed}; finish or undo it by hand`,
  )
}

function noting(directory: string, note: MigrationNote) {
  return async (up: MigrationNote['up']) => {
    note.up = up
    await writeNote(directory, note)
  }
}

/** Whatever the tool said: the history holds what it held, and this one. */
async function proveApplied(run: Run, file: MigrationFile, before: readonly string[]): Promise<void> {
  const after = await historyOf(run)
  const added = after.filter((name) => !before.includes(name))
  const gone = before.filter((name) => !after.includes(name))
  if (added.length === 1 && added[0] === file.name && gone.length === 0) return
  const got = [...added.map((name) => `+${name}`), ...gone.map((name) => `-${name}`)].join(', ') || 'no change'
  throw new Error(`history: expected +${file.name}, got ${got}`)
}

async function keepCatalogAfter({ client, order }: Run, note: MigrationNote): Promise<void> {
  note.after = await storeCatalog(order.directory, await readCatalog(client, order.settings))
  await writeNote(order.directory, note)
}

/** A migration outside a transaction may fail half way. */
async function leftBehind({ client, order }: Run, name: string): Promise<string> {
  const note = await readNote(order.directory, name)
  const before = await loadCatalog(order.directory, note?.before ?? null)
  if (!before || note?.deployment !== order.deployment) return ''
  const removed = await removeInvalidIndexes(client, order.settings, indexesIn(before))
  const changes = diffCatalogs(before, await readCatalog(client, order.settings))
  const left = changes.length === 0 ? '' : `\nit failed half way and left: ${inShort(changes, 5).join('; ')}`
  return removed === '' ? left : `\n${removed}${left}`
}
