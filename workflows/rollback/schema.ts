import { lossLine } from '../../src/domain/migration/loss-words.ts'
import { startAll, stopAll } from '../hosts/processes.ts'
import { ask } from '../people/ask.ts'
import { type Offer, offer } from '../people/offer.ts'
import { note, type Run } from '../run/run.ts'
import { isReset, messageOf } from '../run/trouble.ts'
import { runAllChecks } from '../verify.ts'
import type { Back } from './back.ts'
import { lockHosts } from './lock-hosts.ts'
import { revert } from './revert.ts'

/** `again`: it was reverted, or the watching was cut short for it; what is there now must be proven. */
export type Decided = 'settled' | 'again' | 'given_up'

/**
 * After everything else: where the policy is to ask, or old code runs on a schema that was not declared compatible,
 * a person has the last word. Old code is up and was watched; nothing stands still while they think.
 */
export async function decideOnSchema(run: Run, back: Back): Promise<Decided> {
  if (!mustAsk(run, back)) return await takeUp(run, back)
  await lockHosts(run, `schema of ${run.plan.release.version} kept: ${back.schema.kept.join(', ')}`)
  for (;;) {
    const decision = await ask(run, {
      ...question,
      text: `Old code runs on the new schema ${inTheWay(back)} ${answersInWords}`,
    })
    if (decision?.answer === 'give_up') return 'given_up'
    if (decision?.answer === 'keep') return 'settled'
    const done = decision?.answer === 'retry' ? await retry(run, back) : await revertAfterAll(run, back, 'lose')
    if (done) return back.exact ? 'again' : 'settled'
  }
}

/**
 * Where old code lives with the new schema nobody has to decide, and nothing waits: while it is watched anybody may still
 * say otherwise. null: nothing was counted that stands in the way, or this rollback has no policy to revert.
 */
export function offerOnSchema(run: Run, back: Back): Offer | null {
  if (!back.live || !isOffered(run, back)) return null
  const { version } = run.plan.release
  const text = `The schema of ${version} stays ${inTheWay(back)} Without an answer it is kept. ${answersInWords}`
  return offer(run, { ...question, text, otherwise: 'the schema is kept' }, back.live.plan.monitoring.afterRollbackMs)
}

const question = { question: 'schema', answers: ['keep', 'retry', 'revert', 'give_up'] } as const

const answersInWords =
  'Answer keep, retry (count again, revert if nothing stands in the way), revert (lose what was counted), or give_up.'

/** `(003_phone): users.phone: 37 rows (value written).` */
function inTheWay({ schema, refused }: Back): string {
  const counted = schema.losses.map(lossLine).join('; ')
  const why = refused ?? (counted || 'what a revert would lose is not counted')
  const forbidden = schema.losses.some(({ kind }) => kind === 'forbidden')
  return `(${schema.kept.join(', ')}): ${why}.${forbidden ? ' A revert is refused while rows are against it.' : ''}`
}

function mustAsk(run: Run, back: Back): boolean {
  // After a first deployment nothing runs on it.
  if (back.schema.kept.length === 0 || !back.live) return false
  return run.plan.database?.onRollback === 'ask' || !back.way.undone.additive
}

/** Only where the agent counted losses one by one. Agents of earlier versions did not, and their runs are replayed as recorded. */
function isOffered(run: Run, back: Back): boolean {
  if (back.schema.kept.length === 0 || !back.live || mustAsk(run, back)) return false
  return back.schema.losses.some(({ kind }) => kind !== undefined)
}

/** What was answered while old code was watched; without an answer the schema is kept. Old code runs on meanwhile. */
async function takeUp(run: Run, back: Back): Promise<Decided> {
  const answer = isOffered(run, back) ? run.decisions.get(question.question)?.answer : undefined
  if (answer === undefined || answer === 'keep') return 'settled'
  run.decisions.delete(question.question)
  if (answer === 'give_up') {
    await lockHosts(run, `schema of ${run.plan.release.version} kept: ${back.schema.kept.join(', ')}; given up`)
    return 'given_up'
  }
  await attempt(run, back, answer === 'retry' ? 'keep' : 'lose')
  return 'again'
}

/** Counted while old code serves: nothing is stopped for a revert that would not happen. */
async function retry(run: Run, back: Back): Promise<boolean> {
  if (!(await attempt(run, back, 'count')) || back.schema.losses.length > 0) return false
  return await revertAfterAll(run, back, 'keep')
}

/** Everything is stopped again, reverted, and started: old code never serves while that runs. */
async function revertAfterAll(run: Run, back: Back, onLoss: 'keep' | 'lose'): Promise<boolean> {
  try {
    for (const host of run.plan.hosts) await stopAll(run, host, 'the old release, for the revert')
    return (await attempt(run, back, onLoss)) && back.schema.kept.length === 0
  } catch (error) {
    return failed(run, error)
  } finally {
    await startAgain(run, back)
  }
}

/** @returns false when it failed or was refused: noted, and in the next question */
async function attempt(run: Run, back: Back, onLoss: 'keep' | 'lose' | 'count'): Promise<boolean> {
  back.tries.set('revert', (back.tries.get('revert') ?? 1) + 1)
  try {
    const text = await revert(run, back, onLoss)
    note(run, back.refused === null ? 'step' : 'failure', text, { step: 'revert', state: 'done', schema: back.schema })
    return back.refused === null
  } catch (error) {
    back.refused = messageOf(error)
    return failed(run, error)
  }
}

/** A run that is only a copy has nothing to ask here. */
function failed(run: Run, error: unknown): false {
  if (isReset(error)) throw error
  note(run, 'failure', `revert failed: ${messageOf(error)}`)
  return false
}

async function startAgain(run: Run, back: Back): Promise<void> {
  if (!back.live) return
  for (const host of run.plan.hosts) {
    await startAll(run, back.live, host, 'application')
    await startAll(run, back.live, host, 'worker')
  }
  await runAllChecks(run, back.live, true)
}
