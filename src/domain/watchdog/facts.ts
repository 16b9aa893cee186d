import type { Plan } from '../plan.ts'

/** What was seen of the runs of one Temporal namespace. Times are milliseconds since 1970. */
export type Facts = {
  nowMs: number
  open: readonly OpenFacts[]
  /** The last poll of every task queue that an open run needs; null: nobody. */
  polledAtMs: ReadonlyMap<string, number | null>
  terminated: readonly TerminatedFacts[]
  failedNotices: readonly { workflowId: string; how: string }[]
}

/** `phase` null: it ended before it had one. Of an adoption always the same. */
export type RunName = { workflowId: string; runId: string; version: string; phase: string | null }

export type OpenFacts = RunName & {
  /** The question; null: it waits for nobody. */
  waitingFor: string | null
  lastEventAtMs: number
  /** null: its input could not be read. */
  plan: PlanFacts | null
  /** The workflow task that is due; null: none is. */
  task: { attempt: number; sinceMs: number; started: boolean; failure: string | null } | null
  steps: readonly StepFacts[]
}

type PlanFacts = Pick<Plan, 'hosts' | 'gate' | 'monitoring' | 'decisionReminderMs'>

/** An activity that is scheduled or runs. `seenAtMs`: its last beat or start. */
export type StepFacts = {
  id: string
  attempt: number
  sinceMs: number
  seenAtMs: number | null
  failure: string | null
}

/** `since`: what came after it in that environment. */
export type TerminatedFacts = RunName & { since: 'nothing' | 'open' | 'settled' }
