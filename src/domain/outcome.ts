/** How a run ended. A run that is still open has none. */
export type Outcome = 'SUCCESS' | 'REFUSED' | 'ABORTED' | 'SUPERSEDED' | 'ROLLED_BACK' | 'ROLLBACK_FAILED'

export type Phase = 'gate' | 'restore points' | 'release' | 'verify' | 'watch' | 'rollback' | 'recording' | 'finished'

/** What the command line exits with; the table stands in the README. */
export function exitCodeOf(outcome: Outcome, startedAs: 'deployment' | 'rollback'): number {
  switch (outcome) {
    case 'SUCCESS':
      return 0
    case 'ROLLED_BACK':
      return startedAs === 'rollback' ? 0 : 11
    case 'REFUSED':
      return 10
    case 'ROLLBACK_FAILED':
      return 12
    case 'ABORTED':
    case 'SUPERSEDED':
      return 14
  }
}
