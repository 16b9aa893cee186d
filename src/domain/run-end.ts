import type { Outcome } from './outcome.ts'
import type { Reason } from './reason.ts'

/** What a run returns, and what its failure carries: the outcome as data. */
export type RunEnd = {
  deployment: string
  startedAs: 'deployment' | 'rollback'
  outcome: Outcome
  reason: Reason | null
  /** What the environment runs now; null: nothing, or unknown after a rollback that failed. */
  live: { version: string; commit: string } | null
  undone: readonly string[]
  sentence: string
}
