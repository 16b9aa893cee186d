import type { ItemAnswer, PostItem, PreItem } from '../../domain/checklist.ts'
import type { Settings } from '../schema/settings.ts'

type GateAnswer = Settings['review']['checklist']['tests_passing']
type AfterAnswer = Settings['after']['items'][PostItem]

const defaultCommandTimeoutMs = 15 * 60_000

export function gateItemsOf(settings: Settings): Record<PreItem, ItemAnswer> {
  const { checklist } = settings.review
  return {
    code_reviewed: gateAnswerOf(checklist.code_reviewed),
    tests_passing: gateAnswerOf(checklist.tests_passing),
    staging_successful: gateAnswerOf(checklist.staging_successful),
    migrations_tested: gateAnswerOf(checklist.migrations_tested),
    configuration_reviewed: gateAnswerOf(checklist.configuration_reviewed),
    dependencies_tested: gateAnswerOf(checklist.dependencies_tested),
    rollback_plan: { by: 'belay' },
    marker_prepared: { by: 'belay' },
  }
}

export function postItemsOf(settings: Settings): Record<PostItem, ItemAnswer> {
  const { items } = settings.after
  return {
    health_checks_passing: afterAnswerOf(items.health_checks_passing),
    database_connection_verified: afterAnswerOf(items.database_connection_verified),
    background_workers_running: afterAnswerOf(items.background_workers_running),
    no_errors_in_logs: afterAnswerOf(items.no_errors_in_logs),
    system_state_healthy: afterAnswerOf(items.system_state_healthy),
    metrics_normal: afterAnswerOf(items.metrics_normal),
    user_facing_tested: afterAnswerOf(items.user_facing_tested),
    deployment_marker_verified: afterAnswerOf(items.deployment_marker_verified),
  }
}

export function manualItemsOf(settings: Settings): Record<string, ItemAnswer> {
  const { manual } = settings.after
  if (!Array.isArray(manual)) {
    return Object.fromEntries(Object.entries(manual).map(([item, answer]) => [item, afterAnswerOf(answer)]))
  }
  return Object.fromEntries(manual.map((item): [string, ItemAnswer] => [item, { by: 'sign_off', acceptClaim: false }]))
}

function gateAnswerOf(answer: GateAnswer): ItemAnswer {
  const acceptClaim = answer.accept_claim ?? false
  if (answer.command) {
    return { by: 'command', command: answer.command, timeoutMs: answer.timeout ?? defaultCommandTimeoutMs, acceptClaim }
  }
  if (answer.not_applicable !== undefined) return { by: 'not_applicable', reason: answer.not_applicable }
  return { by: 'sign_off', acceptClaim }
}

function afterAnswerOf(answer: AfterAnswer): ItemAnswer {
  if (answer.check !== undefined) return { by: 'check', check: answer.check }
  if (answer.not_applicable !== undefined) return { by: 'not_applicable', reason: answer.not_applicable }
  return { by: 'sign_off', acceptClaim: false }
}
