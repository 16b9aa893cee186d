import type { Reason } from '../reason.ts'

/** What one rule of the gate found: whether it holds now, why, and what helps where it does not. */
export type Finding = {
  /** The rule's id (`peak_hours`, `lock`), a host's name, or an item's address. */
  rule: string
  holds: boolean
  /** In words: what was found where it holds, what was expected and came where it does not. */
  why: string
  /** The command that helps, without `Next:`; null: the reason says it, or nothing is needed. */
  next: string | null
  /** RFC 3339, UTC: when the calendar allows it again; null: it is not about time, or nobody knows. */
  allowedAt: string | null
  /** Where the rule has a reason of its own kind. */
  reason: Reason | null
}

export function held(rule: string, why: string): Finding {
  return { rule, holds: true, why, next: null, allowedAt: null, reason: null }
}

export function broken(
  rule: string,
  why: string,
  more: Partial<Pick<Finding, 'next' | 'allowedAt' | 'reason'>> = {},
): Finding {
  return { rule, holds: false, why, next: null, allowedAt: null, reason: null, ...more }
}
