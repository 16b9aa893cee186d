import type { GatePolicy, OnCallSource } from '../../domain/gate/policy.ts'
import type { Plan } from '../../domain/plan.ts'
import type { Settings } from '../schema/settings.ts'
import { gateItemsOf } from './items.ts'

/** What must hold before the first change. */
export function gateOf(settings: Settings): Plan['gate'] {
  return { items: gateItemsOf(settings), withinMs: settings.review.within, policy: policyOf(settings) }
}

function policyOf(settings: Settings): GatePolicy {
  const { review } = settings
  const { document = null, drill } = review.checklist.rollback_plan
  return {
    peakHours: settings.peak_hours,
    onCall: onCallOf(settings.on_call),
    approvals: {
      required: review.required_approvals,
      reviewers: review.reviewers,
      preventSelfReview: review.prevent_self_review,
    },
    override: review.override,
    rollbackPlan: { document, drill: drill ? { environment: drill.in, withinMs: drill.within } : null },
    lockfiles: review.lockfiles,
  }
}

function onCallOf(source: Settings['on_call']): OnCallSource | null {
  if (source?.roster !== undefined) return { from: 'roster', file: source.roster }
  if (source?.http) return { from: 'http', ...source.http }
  if (source?.acknowledge) {
    return { from: 'acknowledgement', people: source.acknowledge.people, withinMs: source.acknowledge.within }
  }
  return null
}
