/** How a run ended. A run that is still open has none. */
export type Outcome = 'SUCCESS' | 'REFUSED' | 'ABORTED' | 'SUPERSEDED' | 'ROLLED_BACK' | 'ROLLBACK_FAILED'

export type Phase = 'gate' | 'restore points' | 'release' | 'verify' | 'watch' | 'rollback' | 'recording' | 'finished'

/** What a run was started as. A drill deploys and goes back on purpose. */
export type StartedAs = 'deployment' | 'rollback' | 'drill'

/**
 * What the command line exits with; the table stands in the README. `wayBackMs`: of a drill, how long its way back took;
 * null or absent: it is not proven.
 */
export function exitCodeOf(outcome: Outcome, startedAs: StartedAs, wayBackMs: number | null = null): number {
  switch (outcome) {
    case 'SUCCESS':
      return 0
    case 'ROLLED_BACK':
      return startedAs === 'rollback' || (startedAs === 'drill' && wayBackMs !== null) ? 0 : 11
    case 'REFUSED':
      return 10
    case 'ROLLBACK_FAILED':
      return 12
    case 'ABORTED':
    case 'SUPERSEDED':
      return 14
  }
}
