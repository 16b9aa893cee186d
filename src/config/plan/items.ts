import type { ItemAnswer, PostItem, PreItem } from '../../domain/checklist.ts'
import type { Provider } from '../../domain/gate/provider.ts'
import type { Settings } from '../schema/settings.ts'

type Checklist = Settings['review']['checklist']
type AnyAnswer = Partial<
  Checklist['code_reviewed'] &
    Checklist['tests_passing'] &
    Checklist['staging_successful'] &
    Checklist['migrations_tested']
>
type OneAnswer = Omit<AnyAnswer, 'any' | 'all' | 'not_applicable' | 'accept_claim'>
type GateAnswer = OneAnswer &
  Pick<AnyAnswer, 'not_applicable' | 'accept_claim'> & {
    any?: readonly OneAnswer[] | undefined
    all?: readonly OneAnswer[] | undefined
  }
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
  if (answer.not_applicable !== undefined) return { by: 'not_applicable', reason: answer.not_applicable }
  const several = answer.any ?? answer.all
  if (several)
    return { by: 'evidence', need: answer.any ? 'any' : 'all', providers: several.map(providerOf), acceptClaim }
  const one = providerOf(answer)
  // What could be said before there was other evidence is said as it was: the digest of such a plan stays.
  if (one.kind === 'command') return { by: 'command', command: one.command, timeoutMs: one.timeoutMs, acceptClaim }
  if (one.kind === 'sign_off') return { by: 'sign_off', acceptClaim }
  return { by: 'evidence', need: 'all', providers: [one], acceptClaim }
}

function providerOf(answer: OneAnswer): Provider {
  const timeoutMs = answer.timeout ?? defaultCommandTimeoutMs
  if (answer.command) return { kind: 'command', command: answer.command, timeoutMs }
  if (answer.github_approvals) return { kind: 'github_approvals', ...answer.github_approvals }
  if (answer.github_checks) return { kind: 'github_checks', ...answer.github_checks }
  if (answer.rehearsal) return { kind: 'rehearsal' }
  if (answer.reviewed_by) return { kind: 'reviewed_by' }
  if (answer.junit) {
    return { kind: 'junit', report: answer.junit.report, command: answer.junit.command ?? null, timeoutMs }
  }
  if (answer.promote_from !== undefined) {
    const { promote_from: environment, max_age: maxAgeMs = null, soak: soakMs = 0 } = answer
    return { kind: 'promotion', environment, maxAgeMs, soakMs }
  }
  return { kind: 'sign_off' }
}

function afterAnswerOf(answer: AfterAnswer): ItemAnswer {
  if (answer.check !== undefined) return { by: 'check', check: answer.check }
  if (answer.not_applicable !== undefined) return { by: 'not_applicable', reason: answer.not_applicable }
  return { by: 'sign_off', acceptClaim: false }
}
