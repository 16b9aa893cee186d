import { ApplicationFailure, CancellationScope, setHandler } from '@temporalio/workflow'
import { refusalOf } from '../../src/domain/admission.ts'
import {
  type Message,
  type MessageName,
  messageDescriptions,
  messageNames,
  onOneLine,
  parseMessage,
  type Receipt,
} from '../../src/domain/message.ts'
import { oneLine } from '../../src/domain/one-line.ts'
import { ownWork } from '../gate/own-review.ts'
import { interrupt } from '../run/interrupt.ts'
import { keepProof, note, type Run } from '../run/run.ts'
import { show, statusOf } from '../run/show.ts'
import { messageSignal, messageUpdate, readable, statusQuery } from './messages.ts'
import { demandsProof, proofRefusal, prove } from './prove.ts'
import { take } from './take.ts'

/** Registers everything a person can say or ask; first thing in a run, because a message may precede its first line. */
export function listen(run: Run): void {
  setHandler(statusQuery, (asked?: unknown) => statusOf(run, eventsAfter(asked)), {
    description:
      'Phase, items, checks, what it waits for. No input, or {"after": 200} for the events after that number.',
  })
  for (const name of messageNames) {
    const description = messageDescriptions[name]
    setHandler(messageSignal(name), (...inputs) => hear(run, name, readable(inputs[0])), { description })
    setHandler(messageUpdate(name), (input: unknown) => obey(run, understood(name, input)), {
      description,
      validator: (input: unknown) => validate(run, name, input),
    })
  }
  abortOnCancellation(run)
}

/** A signal cannot be refused: what cannot be taken is recorded as ignored. */
function hear(run: Run, name: MessageName, input: unknown): void | Promise<void> {
  const parsed = parseMessage(name, input)
  const refusal = parsed.ok ? refusalNow(run, parsed.message) : parsed.problem
  if (!parsed.ok || refusal !== null) return ignore(run, name, refusal ?? '')
  // No signature to wait for, so it is taken in this very moment: one step later an abort would let one more change through.
  if (!demandsProof(run)) return void take(run, parsed.message, 'signal')
  return takeProven(run, parsed.message, 'signal').then(() => undefined)
}

function obey(run: Run, message: Message): Receipt | Promise<Receipt> {
  if (!demandsProof(run)) return take(run, message, 'update')
  return takeProven(run, message, 'update').then((taken) => {
    if ('refusal' in taken) throw ApplicationFailure.nonRetryable(taken.refusal, 'Ignored')
    return taken
  })
}

/** Verifying a signature takes time, in which the run moves on: what was proven is checked once more before it is taken. */
async function takeProven(
  run: Run,
  message: Message,
  via: 'signal' | 'update',
): Promise<Receipt | { refusal: string }> {
  const proven = await prove(run, message)
  if ('refusal' in proven) return refuse(run, message, proven.refusal)
  const late = refusalAfter(run, message)
  if (late !== null) return refuse(run, message, late)
  keepProof(run, proven.proof)
  return take(run, message, via)
}

function refuse(run: Run, { name }: Message, refusal: string): { refusal: string } {
  ignore(run, name, refusal)
  return { refusal }
}

function refusalNow(run: Run, message: Message): string | null {
  return proofRefusal(run, message) ?? admission(run, message)
}

function refusalAfter(run: Run, message: Message): string | null {
  return run.phase === 'finished' ? 'the run has ended' : admission(run, message)
}

/** Judged by the text that will be recorded (one line each), not by the sender's bytes. */
function admission(run: Run, message: Message): string | null {
  const read = onOneLine(message)
  return read.ok ? refusalOf(read.message, admitting(run)) : read.problem
}

function ignore(run: Run, name: MessageName, refusal: string): void {
  const why = oneLine(refusal)
  note(run, 'ignored', why.startsWith('unsigned ') ? `ignored: ${why}` : `ignored ${name}: ${why}`)
  show(run)
}

function validate(run: Run, name: MessageName, input: unknown): void {
  const parsed = parseMessage(name, input)
  const refusal = parsed.ok ? refusalNow(run, parsed.message) : parsed.problem
  if (refusal !== null) throw ApplicationFailure.nonRetryable(refusal, 'Ignored')
}

/** Cancellation is the most visible button in the UI: it means abort, and later than that it means nothing. */
function abortOnCancellation(run: Run): void {
  const root = CancellationScope.current()
  root.cancelRequested.catch(() => {
    const late = run.phase === 'rollback' || run.phase === 'recording' || run.phase === 'finished'
    if (late) note(run, 'ignored', `cancellation ignored: the run is in phase ${run.phase}`)
    else interrupt(run, { kind: 'aborted', by: 'the Temporal UI', claimed: false, reason: whyCancelled(run) })
    show(run)
  })
}

/** Nobody signs a button. It is obeyed where names are proven too: it only stops, or goes back. */
function whyCancelled(run: Run): string {
  return demandsProof(run) ? 'cancelled, nobody is proven to have done it' : 'cancelled, no reason given'
}

/** What somebody follows by: the number of the last event they have seen. Anything else asks for the newest. */
function eventsAfter(asked: unknown): number | null {
  const after = typeof asked === 'object' && asked !== null && 'after' in asked ? asked.after : null
  return typeof after === 'number' && Number.isInteger(after) && after >= 0 ? after : null
}

function understood(name: MessageName, input: unknown): Message {
  const parsed = parseMessage(name, input)
  // The validator has accepted it, and nothing ran in between.
  if (!parsed.ok) throw ApplicationFailure.nonRetryable(parsed.problem, 'Ignored')
  return parsed.message
}

function admitting(run: Run) {
  return {
    deployment: run.plan.deployment,
    startedAs: run.startedAs,
    plan: run.plan,
    planDigest: run.plan.digest,
    phase: run.phase,
    live: run.live.since !== null,
    items: [...run.items.values()],
    waitingFor: run.waitingFor,
    ownWork: ownWork(run),
    ...(run.plan.gate.policy && { changes: run.changes }),
  }
}
