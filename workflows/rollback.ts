import type { HostRecord, RollbackTarget } from '../src/domain/host.ts'
import { type Marker, markerFor, markerText } from '../src/domain/marker.ts'
import type { Plan } from '../src/domain/plan.ts'
import { planRollback, type RollbackStep } from '../src/domain/rollback-plan.ts'
import { ask } from './ask.ts'
import type { Back, Schema, Way } from './back.ts'
import { lockHosts, unlockHosts } from './hold-hosts.ts'
import { act, onHost } from './proxies.ts'
import { type Live, markerTextOn, newLive, note, orderFor, type Run } from './run.ts'
import { decideOnSchema } from './schema.ts'
import { show } from './show.ts'
import { isReset, messageOf } from './trouble.ts'
import { undoStep } from './undo.ts'

export type RollbackReport = {
  complete: boolean
  live: { version: string; commit: string } | null
  marker: Marker | null
  undone: readonly string[]
  schema: Schema
  /** What runs again; null: nothing did before. */
  again: Live | null
  /** Milliseconds since 1970: when the last step before the watching was proven. */
  provenAtMs: number
  records: ReadonlyMap<string, readonly HostRecord[]>
}

/**
 * Undoes what was done, step by step, each proven. A step that fails never stops the others: when all that can be done
 * is done, the environment is locked and a person decides about what is left. Nothing is ever silently half way.
 */
export async function rollBack(run: Run, way: Way): Promise<RollbackReport> {
  const back = await open(run, way)
  const steps = planRollback(way.undone)
  const settled = new Map<string, Settled>()
  try {
    const complete = await settleAll(run, back, steps, settled)
    if (complete) await unlockHosts(run)
    return report(back, complete, steps, settled)
  } catch (error) {
    if (isReset(error)) throw error
    // Nobody foresaw it, so nobody knows how far it got: never silently half way.
    note(run, 'failure', `the rollback broke off: ${messageOf(error)}`)
    await lockHosts(run, `the rollback broke off: ${messageOf(error)}`)
    return report(back, false, steps, settled)
  }
}

/** Until the schema is decided too: what was proven before a late revert is proven again after it. */
async function settleAll(
  run: Run,
  back: Back,
  steps: readonly RollbackStep[],
  settled: Map<string, Settled>,
): Promise<boolean> {
  for (;;) {
    if (!(await settle(run, back, steps, settled))) return false
    const decided = await decideOnSchema(run, back)
    if (decided !== 'again') return decided === 'settled'
    for (const id of ['integrity', 'application', 'stability']) settled.delete(id)
  }
}

/** Takes every step, and asks about those that failed until none is left. @returns false when a person gives up */
async function settle(
  run: Run,
  back: Back,
  steps: readonly RollbackStep[],
  settled: Map<string, Settled>,
): Promise<boolean> {
  for (;;) {
    await takeSteps(run, back, steps, settled)
    const failed = steps.find((step) => settled.get(step.id)?.state === 'failed')
    if (!failed) return true
    const answer = await askAbout(run, failed, settled.get(failed.id)?.detail ?? '')
    if (answer === 'give_up') return false
    if (answer === 'skip') {
      settled.set(failed.id, { state: 'skipped', detail: 'skipped by a person' })
      forget(settled, ['held'])
    } else for (const id of forget(settled, ['failed', 'held'])) back.tries.set(id, (back.tries.get(id) ?? 1) + 1)
  }
}

type Settled = { state: 'done' | 'skipped' | 'failed' | 'held'; detail: string }

async function open(run: Run, way: Way): Promise<Back> {
  const [target] = bringsBack(way).values()
  const schema: Schema = { reverted: [], kept: [], losses: [], restored: null }
  const tries = new Map<string, number>()
  const provenAtMs = Date.now()
  const back = { way, schema, refused: null, exact: false, tries, provenAtMs }
  if (!target) return { ...back, live: null }
  const live = newLive(await planOf(run, target), target.release)
  live.markerText = markerText(markerFor(run.plan, live.release, new Date(Date.now()), way.by))
  for (const [host, record] of bringsBack(way)) {
    live.releaseDirectories.set(host, record.releaseDirectory)
    live.configuration.set(host, record.configuration)
    if (staysMarked(run, way, host)) live.markersLeft.set(host, markerBefore(run, host))
  }
  return { ...back, live }
}

/** After a drill nothing was deployed anew: the marker that was there is there again, to the second. */
function staysMarked(run: Run, way: Way, host: string): boolean {
  if (!way.undone.switched.includes(host)) return true
  return run.startedAs === 'drill' && markerBefore(run, host) !== ''
}

/** A host that was never switched keeps its marker, to the second. */
function markerBefore(run: Run, host: string): string {
  const marker = run.restorePoints.get(host)?.marker
  return marker ? markerText(marker) : ''
}

/** The record each host is to run again: with `--only` the code stays the one that is there. */
function bringsBack(way: Way): ReadonlyMap<string, HostRecord> {
  if (way.undone.only !== 'all') return way.current
  return new Map([...way.targets].flatMap(([host, { record }]) => (record ? [[host, record]] : [])))
}

/** The plan the old release went live with: its processes, its checks. Kept on the host with the restore point. */
async function planOf(run: Run, record: HostRecord): Promise<Plan> {
  const [host] = run.plan.hosts
  if (host === undefined) return run.plan
  try {
    const row = { id: 'plan of the old release', summary: `${record.release.version}: its processes and checks` }
    return await act(onHost(host, 'probe').readPlan, row, { order: orderFor(run, host), digest: record.planDigest })
  } catch (error) {
    note(
      run,
      'failure',
      `the plan of ${record.release.version} cannot be read, this run's is used: ${messageOf(error)}`,
    )
    return run.plan
  }
}

/** Neighbouring steps of one kind, on several hosts, go side by side. */
async function takeSteps(
  run: Run,
  back: Back,
  steps: readonly RollbackStep[],
  settled: Map<string, Settled>,
): Promise<void> {
  for (const group of groups(steps)) {
    await Promise.all(group.filter((step) => !settled.has(step.id)).map((step) => take(run, back, step, settled)))
  }
}

async function take(run: Run, back: Back, step: RollbackStep, settled: Map<string, Settled>): Promise<void> {
  const open = step.needs.find((id) => settled.get(id)?.state === 'failed' || settled.get(id)?.state === 'held')
  if (open !== undefined) return void settled.set(step.id, { state: 'held', detail: `waits for ${open}` })
  const unproven = step.needsProof.find((id) => settled.get(id)?.state !== 'done')
  if (unproven !== undefined) return void settled.set(step.id, unprovenOutcome(run, back, unproven))
  try {
    const detail = await undoStep(run, back, step)
    settled.set(step.id, { state: 'done', detail })
    if (step.kind !== 'stability') back.provenAtMs = Date.now()
    note(run, 'step', `${step.id}: ${detail}`, undoneData(back, step, 'done'))
  } catch (error) {
    if (isReset(error)) throw error
    settled.set(step.id, { state: 'failed', detail: messageOf(error) })
    note(run, 'failure', `${step.id} failed: ${messageOf(error)}`, undoneData(back, step, 'failed'))
  }
  show(run)
}

/** For whoever reads the record later: which step, how it ended, what became of the schema. */
function undoneData(back: Back, { id, kind }: RollbackStep, state: 'done' | 'failed') {
  return { step: id, state, ...(kind === 'revert' ? { schema: back.schema } : {}) }
}

/** A process that may still write forbids the revert: the schema is kept, and said so. */
function unprovenOutcome(run: Run, back: Back, unproven: string): Settled {
  back.schema.kept = back.way.migrations.map((migration) => migration.name)
  const detail = `schema kept: ${unproven} is not proven`
  note(run, 'step', detail, { step: 'revert', state: 'done', schema: back.schema })
  return { state: 'done', detail }
}

async function askAbout(run: Run, step: RollbackStep, detail: string): Promise<'retry' | 'skip' | 'give_up'> {
  await lockHosts(run, `rollback waits: ${step.id}: ${detail}`)
  const decision = await ask(run, {
    question: step.id,
    text: `${step.id} failed: ${detail}. Answer retry, skip, or give_up.`,
    answers: ['retry', 'skip', 'give_up'],
  })
  return decision?.answer === 'retry' || decision?.answer === 'skip' ? decision.answer : 'give_up'
}

/** What is in these states is taken again; a skip opens the way for what was held by it. Answers with their ids. */
function forget(settled: Map<string, Settled>, states: readonly Settled['state'][]): string[] {
  const open = [...settled].flatMap(([id, { state }]) => (states.includes(state) ? [id] : []))
  for (const id of open) settled.delete(id)
  return open
}

function report(
  back: Back,
  complete: boolean,
  steps: readonly RollbackStep[],
  settled: ReadonlyMap<string, Settled>,
): RollbackReport {
  const undone = steps.flatMap((step) => {
    const outcome = settled.get(step.id)
    return outcome ? [`${step.id}: ${outcome.state}${outcome.detail ? `, ${outcome.detail}` : ''}`] : []
  })
  return {
    complete,
    live: back.live?.release ?? null,
    marker: markerAfter(back),
    undone,
    schema: back.schema,
    again: back.live,
    provenAtMs: back.provenAtMs,
    records: new Map([...back.way.targets].map(([host, target]) => [host, recordsAfter(back, host, target)])),
  }
}

/** The new one, or the old one where nothing was switched. */
function markerAfter({ live, way }: Back): Marker | null {
  const [host] = way.undone.switched.length > 0 ? way.undone.switched : way.undone.hosts
  const text = live && host !== undefined ? markerTextOn(live, host) : ''
  return text === '' ? null : JSON.parse(text)
}

/** The version of record again: the old code and configuration, with the schema as it is now. */
function recordsAfter(back: Back, host: string, target: RollbackTarget): readonly HostRecord[] {
  const earlier = back.way.earlier.get(host) ?? []
  const record = bringsBack(back.way).get(host)
  if (!record) return earlier
  if (back.way.undone.only === 'configuration') {
    const configuration = back.live?.configuration.get(host) ?? record.configuration
    return [{ ...record, configuration }, ...(target.record ? [target.record] : []), ...earlier]
  }
  const kept = back.way.migrations.filter((migration) => back.schema.kept.includes(migration.name)).toReversed()
  const migrations = record.migrations === null ? null : [...(target.migrations ?? []), ...kept]
  const catalog = kept.length > 0 ? back.way.catalogAfter : target.catalog
  const below = back.way.undone.only === 'database' && target.record ? [target.record] : []
  return [{ ...record, migrations, catalog }, ...below, ...earlier]
}

function groups(steps: readonly RollbackStep[]): RollbackStep[][] {
  return steps.reduce<RollbackStep[][]>((all, step) => {
    const last = all.at(-1)
    if (last?.[0]?.kind === step.kind) last.push(step)
    else all.push([step])
    return all
  }, [])
}
