import type { PeakHours } from './peak-hours.ts'

/** The rules of one environment's gate, beside its checklist. Plans made before there were any have none. */
export type GatePolicy = {
  /** Weekly windows in which nobody deploys. */
  peakHours: readonly PeakHours[]
  /** How somebody who is on call is found; null: nobody is asked for. */
  onCall: OnCallSource | null
  approvals: ApprovalRule
  /** Who may override a rule: whoever deploys, or only together with somebody else who confirms it. */
  override: 'alone' | 'second_person'
  rollbackPlan: {
    /** A document that must be in the repository at the release's commit, relative to it; null: none is demanded. */
    document: string | null
    /** A drill of this very commit that must have succeeded; null: none is demanded. */
    drill: { environment: string; withinMs: number } | null
  }
  /** Files, relative to the release, whose difference is a change of dependencies; empty: those Belay knows by name. */
  lockfiles: readonly string[]
}

/** `required` 0: nobody has to approve. `reviewers` empty: anybody may. */
export type ApprovalRule = {
  required: number
  reviewers: readonly string[]
  /** Whoever deploys cannot approve. */
  preventSelfReview: boolean
}

export type OnCallSource =
  /** A file on the worker, absolute: who, from when, until when, in which zone. */
  | { from: 'roster'; file: string }
  /** Answers with JSON in which `json` leads to a name. */
  | { from: 'http'; url: string; json: string }
  /** One of these people says so within the time. */
  | { from: 'acknowledgement'; people: readonly string[]; withinMs: number }
