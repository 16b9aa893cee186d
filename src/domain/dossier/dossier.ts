import type { Sample } from '../check.ts'
import type { ItemRecord } from '../checklist.ts'
import type { ReleaseChanges } from '../gate/changes.ts'
import type { OnCall } from '../gate/on-call.ts'
import type { KeptProof, TakenProof } from '../identity/taken-proof.ts'
import type { RunKind } from '../log/entry.ts'
import type { Marker } from '../marker.ts'
import type { Outcome, Phase } from '../outcome.ts'
import type { IgnoredSafety, Plan, Release } from '../plan.ts'
import type { Reason } from '../reason.ts'
import type { RunEvent, SignOff, Waiting } from '../status.ts'

/** Everything known about one run, whoever told it: what `explain`, `checklist` and `record` are made of. */
export type Dossier = {
  /** `run`: the run's own answer, because it is open, its record is late, or the history is away. */
  toldBy: 'history' | 'run'
  /** Is the run still open? A manual deployment is until it is verified. */
  open: boolean
  deployment: string
  kind: RunKind
  service: string
  environment: string
  /** The release deployed; for a rollback, the one that is live again. */
  release: Release
  performer: string
  /** A key that the workers know has signed for it; absent: nobody proved it. */
  performerProven?: boolean
  planDigest: string
  /** null: neither the history nor Temporal could give it. */
  plan: Plan | null
  /** RFC 3339; null: not known. */
  startedAt: string | null
  finishedAt: string | null
  /** null: told by the history, which keeps only ends. */
  phase: Phase | null
  outcome: Outcome | null
  reason: Reason | null
  /** The reason's own line where the reason as data is not known. */
  why: string | null
  /** The end for people (`end-text.ts`), several lines; null while the run is open. */
  sentence: string | null
  waitingFor: Waiting | null
  signOff: SignOff | null
  /** null: nobody was asked for, or the run came not that far. */
  onCall: OnCall | null
  liveSince: string | null
  marker: Marker | null
  /** The runbook's entry, as it was appended to the log. */
  logEntry: string | null
  /** Of a drill: milliseconds until the way back was proven; null or absent: it is not, or the run was none. */
  wayBackMs?: number | null
  ignored: readonly IgnoredSafety[]
  /** What the release changes; null: not known. */
  changes: ReleaseChanges | null
  items: readonly ItemRecord[]
  /** Every signature that was taken: told by the history whole, by the run in short. */
  proofs: readonly (KeptProof | TakenProof)[]
  events: readonly RunEvent[]
  /** Told by the run: the last of every check and host; by the history: all that were kept. */
  samples: readonly Sample[]
}

/** A step of a rollback, as its run noted it; one that was tried again is there several times. */
export type UndoneStep = { step: string; state: 'done' | 'failed'; detail: string; at: string; isNewest: boolean }

/** What was done to come back, in order; empty where nothing had to be undone. */
export function undoneSteps(dossier: Pick<Dossier, 'events'>): UndoneStep[] {
  const steps = eventsOfRollback(dossier).flatMap((event) => {
    const { step, state } = event.data ?? {}
    if (typeof step !== 'string' || (state !== 'done' && state !== 'failed')) return []
    return [{ step, state, detail: withoutName(event.text, step), at: event.at } as const]
  })
  return steps.map((step, at) => ({
    ...step,
    isNewest: !steps.slice(at + 1).some((later) => later.step === step.step),
  }))
}

/** Nothing was reverted, on purpose: it would have lost something, or the policy says so. */
export function isSchemaKept({ step, detail }: UndoneStep): boolean {
  return step === 'revert' && detail.startsWith('schema kept')
}

/** From the moment the run turned back, to its end. */
export function eventsOfRollback({ events }: Pick<Dossier, 'events'>): readonly RunEvent[] {
  const turned = turningPoint(events)
  return turned === null ? [] : events.filter((event) => event.seq >= turned.seq)
}

/** When the way forward ended: the turn to the rollback, or the outcome. Samples before it are the evidence. */
export function turningPoint(events: readonly RunEvent[]): RunEvent | null {
  return events.find((event) => event.kind === 'phase' && event.data?.phase === 'rollback') ?? null
}

/** `verify failed: ...`, `verify: ...` */
function withoutName(text: string, step: string): string {
  for (const start of [`${step} failed: `, `${step}: `]) if (text.startsWith(start)) return text.slice(start.length)
  return text
}
