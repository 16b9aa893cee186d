import type { CancellationScope } from '@temporalio/workflow'
import type { Sample } from '../../src/domain/check.ts'
import type { ItemAddress, ItemRecord } from '../../src/domain/checklist.ts'
import type { ReleaseChanges } from '../../src/domain/gate/changes.ts'
import type { Finding } from '../../src/domain/gate/finding.ts'
import type { OnCall } from '../../src/domain/gate/on-call.ts'
import type { AppliedMigration, HostOrder, HostState, RestorePoint } from '../../src/domain/host.ts'
import type { KeptProof, NewProof, TakenProof } from '../../src/domain/identity/taken-proof.ts'
import type { Message } from '../../src/domain/message.ts'
import type { Outcome, Phase, StartedAs } from '../../src/domain/outcome.ts'
import type { Plan } from '../../src/domain/plan.ts'
import type { Reason } from '../../src/domain/reason.ts'
import type { Rehearsed } from '../../src/domain/rehearsal/answer.ts'
import type { RunEvent, SignOff, Waiting } from '../../src/domain/status.ts'
import type { Live } from './live.ts'
import { measurePhase } from './measure.ts'
import { show } from './show.ts'

/** One run, deployment, rollback or drill: what it follows, what it has done, and what people have told it. */
export type Run = {
  plan: Plan
  readonly startedAs: StartedAs
  readonly runId: string
  phase: Phase
  phaseSinceMs: number
  outcome: Outcome | null
  reason: Reason | null
  waitingFor: Waiting | null
  windowEndsAtMs: number | null
  /** Until when people may sign what is open after the release is live; null: nobody has to. */
  signOff: SignOff | null
  readonly items: Map<ItemAddress, ItemRecord>
  /** What the release changes; null: not read, or not asked for. */
  changes: ReleaseChanges | null
  /** Authors of the release's commits; empty: not read yet, or this environment does not ask. */
  authors: readonly string[]
  /** Why the authors could not be read: then no signature counts as a review. */
  authorsUnknown: string | null
  /** Since when the gate waits: its deadline counts from here, whatever was void since; null: it has not waited. */
  gateWaitsSinceMs: number | null
  onCall: OnCall | null
  /** When everything that will be watched last answered; null: it has not, or was not asked. */
  monitoringHeldAtMs: number | null
  /** Of a drill: milliseconds until the way back was proven; null: it is not. */
  wayBackMs: number | null
  /** What became of the proof of who started it; null: none was demanded. */
  performer: Finding | null
  /** Statements whose signature was taken, or is being verified: a second one is a replay. */
  readonly proofs: Set<string>
  /** Every signature that was taken, in order. */
  readonly taken: TakenProof[]
  /** By fingerprint, under which name a key has spoken. */
  readonly keys: Map<string, string>
  readonly samples: Map<string, Sample>
  readonly events: RunEvent[]
  readonly fences: Map<string, number>
  readonly hostStates: Map<string, HostState>
  /** What this run makes live. A rollback brings another one back. */
  readonly live: Live
  readonly restorePoints: Map<string, RestorePoint>
  tagExists: boolean
  /** Migrations the release brings, and those that were applied before it. */
  pending: readonly string[]
  appliedBefore: readonly AppliedMigration[] | null
  /** What a rehearsal of the pending migrations has shown; null: none was held, or nothing was pending. */
  rehearsed: Rehearsed | null
  /** Hash of the release's migration files; null: not known. */
  snapshot: string | null
  /** The processes started last, in words. */
  started: readonly string[]
  readonly done: Done
  /** The first thing that stops the way forward; the others are recorded and change nothing. */
  interruption: Reason | null
  readonly decisions: Map<string, Decision>
  /** How often each question was asked: part of the key by which its notice is sent once. */
  readonly asked: Map<string, number>
  /** Notices that Temporal may not have started yet. */
  readonly noticesStarting: Promise<void>[]
  /** A rollback that waits has locked the environment. */
  hostsHeld: boolean
  recordOpened: boolean
  /** The search attributes as last written: each write is an event, so they are written only when they differ. */
  shown: string
  unrecorded: { items: ItemRecord[]; events: RunEvent[]; samples: Sample[]; proofs: KeptProof[] }
  /** Items and events on their way to the history. */
  inFlight: number
  /** The chain of writes to the history; nothing on the safety path awaits it. */
  recording: Promise<void>
  /** Cancelled when the way forward is interrupted. */
  forward: CancellationScope
}

/** What a rollback has to undo: noted *before* each change is made. */
export type Done = {
  stopped: Set<string>
  switched: Set<string>
  migrating: boolean
  migrations: AppliedMigration[]
  catalogBefore: string | null
  catalogAfter: string | null
}

export function enterPhase(run: Run, phase: Phase, text: string): void {
  // A run begins in its first phase, whichever that is.
  if (run.events.length > 0) measurePhase(run, run.phase)
  run.phase = phase
  run.phaseSinceMs = Date.now()
  note(run, 'phase', text, { phase })
  show(run)
}

export function note(run: Run, kind: RunEvent['kind'], text: string, data: RunEvent['data'] = null): void {
  const event = { seq: run.events.length + 1, at: now(), kind, text, data }
  run.events.push(event)
  run.unrecorded.events.push(event)
}

export function tick(run: Run, item: ItemAddress, change: Partial<ItemRecord>): void {
  const before = run.items.get(item)
  if (!before) return
  const after = { ...before, at: now(), ...change }
  run.items.set(item, after)
  run.unrecorded.items.push(after)
  const by = after.by ? ` by ${after.by}${after.claimed ? ' (claimed)' : ''}` : ''
  note(run, 'item', `${item}: ${after.state}${by}${after.detail ? ` (${after.detail})` : ''}`)
}

export function keepSamples(run: Run, samples: readonly Sample[]): void {
  for (const sample of samples) run.samples.set(`${sample.check}@${sample.host ?? ''}`, sample)
  run.unrecorded.samples.push(...samples)
}

/** In the same moment as the event, or the item, of what it proves. Its time as Postgres reads it: there is no 30 February. */
export function keepProof(run: Run, { statement, signature, signedAt, ...said }: NewProof): void {
  const times = { signedAt: new Date(signedAt).toISOString(), takenAt: now() }
  const taken = { seq: run.taken.length + 1, ...said, ...times }
  run.taken.push(taken)
  run.unrecorded.proofs.push({ ...taken, statement, signature })
}

export type Decision = Extract<Message, { name: 'decide' }>

export function orderFor(run: Run, host: string): HostOrder {
  const { service, environment, deployment, layout } = run.plan
  return {
    protocol: 1,
    service,
    environment,
    host,
    deployment,
    runId: run.runId,
    fence: run.fences.get(host) ?? 0,
    directory: layout.directory,
  }
}

/** Workflow time: the same on every replay. */
export function now(): string {
  return new Date(Date.now()).toISOString()
}
