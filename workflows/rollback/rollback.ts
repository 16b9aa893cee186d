import { planRollback, type RollbackStep } from '../../src/domain/rollback/plan.ts'
import { ask } from '../people/ask.ts'
import { note, type Run } from '../run/run.ts'
import { show } from '../run/show.ts'
import { isReset, messageOf } from '../run/trouble.ts'
import type { Back, Way } from './back.ts'
import { lockHosts, unlockHosts } from './lock-hosts.ts'
import { openRollback } from './open.ts'
import { type Course, type RollbackReport, reportOf, type Settled } from './report.ts'
import { decideOnSchema } from './schema.ts'
import { undoStep } from './undo.ts'

/**
 * Undoes what was done, step by step, each proven. A step that fails never stops the others: when all that can be done
 * is done, the environment is locked and a person decides about what is left. Nothing is ever silently half way.
 */
export async function rollBack(run: Run, way: Way): Promise<RollbackReport> {
  const course: Course = {
    back: await openRollback(run, way),
    steps: planRollback(way.undone),
    settled: new Map(),
  }
  try {
    const complete = await settleAll(run, course)
    if (complete) await unlockHosts(run)
    return reportOf(course, complete)
  } catch (error) {
    if (isReset(error)) throw error
    // Nobody foresaw it, so nobody knows how far it got: never silently half way.
    note(run, 'failure', `the rollback broke off: ${messageOf(error)}`)
    await lockHosts(run, `the rollback broke off: ${messageOf(error)}`)
    return reportOf(course, false)
  }
}

/** All steps, then the decision about a kept schema. A revert that comes this late makes earlier proofs stale: they are taken again. */
async function settleAll(run: Run, course: Course): Promise<boolean> {
  for (;;) {
    if (!(await settle(run, course))) return false
    const decided = await decideOnSchema(run, course.back)
    if (decided !== 'again') return decided === 'settled'
    for (const id of ['integrity', 'application', 'stability']) course.settled.delete(id)
  }
}

/** Takes every step, and asks about those that failed until none is left. @returns false when a person gives up */
async function settle(run: Run, course: Course): Promise<boolean> {
  const { back, steps, settled } = course
  for (;;) {
    await takeSteps(run, course)
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

/** Neighbouring steps of one kind, on several hosts, go side by side. */
async function takeSteps(run: Run, course: Course): Promise<void> {
  for (const group of groups(course.steps)) {
    const open = group.filter((step) => !course.settled.has(step.id))
    await Promise.all(open.map((step) => take(run, course, step)))
  }
}

async function take(run: Run, { back, settled }: Course, step: RollbackStep): Promise<void> {
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
    text: `${step.id} failed: ${detail}. Answer retry, ${skipWords(step)}, or give_up.`,
    answers: ['retry', 'skip', 'give_up'],
  })
  return decision?.answer === 'retry' || decision?.answer === 'skip' ? decision.answer : 'give_up'
}

/** Skipping a revert leaves the new schema under the old code, so the question says it; other steps speak for themselves. */
function skipWords({ kind }: RollbackStep): string {
  return kind === 'revert' ? 'skip (code and configuration go back, the schema is left as it is)' : 'skip'
}

/** Steps in these states will be taken again. Answers with their ids. */
function forget(settled: Map<string, Settled>, states: readonly Settled['state'][]): string[] {
  const open = [...settled].flatMap(([id, { state }]) => (states.includes(state) ? [id] : []))
  for (const id of open) settled.delete(id)
  return open
}

function groups(steps: readonly RollbackStep[]): RollbackStep[][] {
  return steps.reduce<RollbackStep[][]>((all, step) => {
    const last = all.at(-1)
    if (last?.[0]?.kind === step.kind) last.push(step)
    else all.push([step])
    return all
  }, [])
}
