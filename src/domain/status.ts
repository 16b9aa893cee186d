import type { Sample } from './check.ts'
import type { ItemRecord } from './checklist.ts'
import type { ReleaseChanges } from './gate/changes.ts'
import type { OnCall } from './gate/on-call.ts'
import type { TakenProof } from './identity/taken-proof.ts'
import type { Outcome, Phase, StartedAs } from './outcome.ts'
import type { IgnoredSafety, Release } from './plan.ts'
import type { Reason } from './reason.ts'

/** What a run says of itself (the `status` query): everything a person or the command line wants to see. */
export type RunStatus = {
  deployment: string
  startedAs: StartedAs
  service: string
  environment: string
  release: Release
  performer: string
  /** A key that the workers know has signed it; absent: asked of an older worker. */
  performerProven?: boolean
  /** What a name is worth to this run; absent: as above. */
  identity?: 'claimed' | 'ssh'
  /** Not said by workers of earlier versions. */
  hosts?: readonly string[]
  planDigest: string
  phase: Phase
  outcome: Outcome | null
  /** `why` as data; absent: asked of an older worker. */
  reason?: Reason | null
  /** One sentence, made by `reason.ts`; null while all is well. */
  why: string | null
  /** What a person must do now, or null. */
  waitingFor: Waiting | null
  /** Until when people may sign what is open after the release is live; null: nobody has to; absent: as above. */
  signOff?: SignOff | null
  /** RFC 3339; null before the release is live. */
  liveSince: string | null
  windowEndsAt: string | null
  items: readonly ItemRecord[]
  /** What the release changes; absent or null: not asked for, or asked of an older worker. */
  changes?: ReleaseChanges | null
  onCall?: OnCall | null
  ignoredSafeties?: readonly IgnoredSafety[]
  /** Every signature that was taken; absent: none. */
  proofs?: readonly TakenProof[]
  /** Of a drill: milliseconds until the way back was proven; absent or null: it is not (yet), or the run is none. */
  wayBackMs?: number | null
  /** The last sample of every check and host. */
  samples: readonly Sample[]
  events: readonly RunEvent[]
  /** Records not written yet: shown as "history lagging". */
  unrecorded: number
}

/** How many events one answer holds: the newest, or those after a number. */
export const eventsAtOnce = 200

/** `until` null: its deadline has passed, and it goes on waiting, as configured. */
export type SignOff = { since: string; until: string | null; otherwise: 'rollback' | 'wait' }

export type Waiting = {
  question: string
  /** A sentence for a person. */
  text: string
  answers: readonly string[]
  /** Only they may answer; absent: anybody. */
  people?: readonly string[]
  since: string
  until: string | null
  /** What happens at `until`, where it is not a rollback. */
  otherwise?: string
  /** Nothing waits for it: the run goes on, and who follows it stays. */
  offer?: true
}

export type RunEvent = {
  seq: number
  /** RFC 3339, UTC. */
  at: string
  kind: 'phase' | 'step' | 'item' | 'message' | 'ignored' | 'failure' | 'outcome' | 'sample'
  text: string
  data: Readonly<Record<string, unknown>> | null
}
