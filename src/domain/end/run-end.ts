import type { Outcome, StartedAs } from '../outcome.ts'
import type { Reason } from '../reason.ts'

/** What a run returns, and what its failure carries: the outcome as data. */
export type RunEnd = {
  deployment: string
  startedAs: StartedAs
  outcome: Outcome
  reason: Reason | null
  /** What the environment runs now; null: nothing, or unknown after a rollback that failed. */
  live: { version: string; commit: string } | null
  undone: readonly string[]
  sentence: string
  /** Of a drill: milliseconds until the way back was proven; null: it is not; absent: the run was none. */
  wayBackMs?: number | null
}
