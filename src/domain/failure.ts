/**
 * Every failure type that crosses the activity border or ends a run, in one list. `instanceof` does not survive that
 * border: branch on `type`. Hopeless ones are thrown non-retryable.
 */
export const failureTypes = {
  /** How runs end. */
  refused: 'Refused',
  aborted: 'Aborted',
  superseded: 'Superseded',
  rolledBack: 'RolledBack',
  rollbackFailed: 'RollbackFailed',
  /** The host holds unfinished work of another deployment. */
  hostHeld: 'HostHeld',
  /** An order with an older fence, or without a claim. */
  fenced: 'Fenced',
  /** The same deployment under another run id: the workflow was reset. */
  reset: 'WorkflowReset',
  /** A command of ours ended badly, took too long, fell silent, or vanished without a result. */
  commandFailed: 'CommandFailed',
  /** A path outside its root, a symlink, a FIFO, a directory where a file belongs. */
  unsafePath: 'UnsafePath',
  /** The tag points elsewhere than it did when the deployment was planned. */
  tagMoved: 'TagMoved',
  /** Input that can never work: repeating will not help. */
  invalid: 'Invalid',
  /** What was proven is not what was expected. */
  notProven: 'NotProven',
  /** Belay's own database does not answer; retryable. */
  historyAway: 'HistoryAway',
  /** The service's database does not answer; retryable. */
  databaseAway: 'DatabaseAway',
  /** What should answer an item of the gate does not; retryable. */
  evidenceAway: 'EvidenceAway',
  /** Nobody took the notice; retryable until its time is over or the receiver has made itself clear. */
  notDelivered: 'NotDelivered',
} as const

export type FailureType = (typeof failureTypes)[keyof typeof failureTypes]
