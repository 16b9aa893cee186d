import type { Answer, Provider } from './gate/provider.ts'

/**
 * The runbook's checklist as data: every item has a section and an id, and is addressed as `section.id`.
 * Source: the deployment-safety runbook; `docs/runbook.md` is the table a test holds against this file.
 */
export const preItems = [
  'code_reviewed',
  'tests_passing',
  'staging_successful',
  'migrations_tested',
  'configuration_reviewed',
  'dependencies_tested',
  'rollback_plan',
  'marker_prepared',
] as const

export const duringItems = [
  'deployment_started',
  'marker_created',
  'application_started',
  'health_checks_passing',
  'migrations_applied',
  'configuration_loaded',
  'workers_started',
] as const

export const postItems = [
  'health_checks_passing',
  'database_connection_verified',
  'background_workers_running',
  'no_errors_in_logs',
  'system_state_healthy',
  'metrics_normal',
  'user_facing_tested',
  'deployment_marker_verified',
] as const

/** The runbook's manual lists without repetition. A service names its own; these are what `vpn-shop` uses. */
export const runbookManualItems = [
  'health_endpoint_200',
  'database_queries',
  'vpn_api_calls',
  'payment_processing',
  'payment_provider_calls',
  'user_registration',
  'subscription_creation',
  'vpn_key_generation',
  'admin_functions',
  'workers_processing',
  'no_errors_in_logs_seen',
  'metrics_collected',
] as const

/** The six automatic verification steps. A service maps its own checks to them, or says why one does not apply. */
export const verificationSteps = [
  'database_connection',
  'connection_pool',
  'vpn_api',
  'system_state',
  'background_workers',
  'metrics_collection',
] as const

export type PreItem = (typeof preItems)[number]
export type DuringItem = (typeof duringItems)[number]
export type PostItem = (typeof postItems)[number]
export type VerificationStep = (typeof verificationSteps)[number]

export type ItemSection = 'pre' | 'during' | 'post' | 'manual'

/** `pre.code_reviewed`, `manual.payment_processing`, ... and the two outside the lists: `approval`, `override`. */
export type ItemAddress = string

/** Outside the lists: approval of the deployment as a whole, and a second person's word for the rules it ignores. */
export const approvalItem = 'approval'
export const overrideItem = 'override'

/** Answered at the gate, before anything has changed. */
export function isGateItem(item: ItemAddress): boolean {
  return item.startsWith('pre.') || isOutsideLists(item)
}

/** Its detail says what it asks for, also while it is open. */
export function isOutsideLists(item: ItemAddress): boolean {
  return item === approvalItem || item === overrideItem
}

/** How one item is to be answered. `belay` is the answer Belay gives by itself (rollback_plan, marker_prepared). */
export type ItemAnswer =
  | { by: 'belay' }
  | { by: 'command'; command: readonly string[]; timeoutMs: number; acceptClaim: boolean }
  | { by: 'check'; check: string }
  | { by: 'sign_off'; acceptClaim: boolean }
  /** Several who may answer: the first yes is enough (`any`, a person comes last), or every one must say yes (`all`). */
  | { by: 'evidence'; need: 'any' | 'all'; providers: readonly Provider[]; acceptClaim: boolean }
  | { by: 'not_applicable'; reason: string }

export type ItemState = 'open' | 'running' | 'passed' | 'failed' | 'not_applicable' | 'ignored'

/**
 * What answered an item. `claimed` is true where a name or a link came from a person and nobody proved it.
 * `via` says how it arrived; `at` is RFC 3339 in UTC.
 */
export type ItemRecord = {
  item: ItemAddress
  state: ItemState
  how: ItemAnswer['by'] | 'claim'
  detail: string
  by: string | null
  claimed: boolean
  via: 'signal' | 'update' | 'belay' | 'start' | null
  note: string | null
  link: string | null
  at: string | null
  /** Everything that answered it, in the order it came; absent: nothing but what stands above. */
  answers?: readonly Answer[]
}

export function openItem(item: ItemAddress, answer: ItemAnswer): ItemRecord {
  const state: ItemState = answer.by === 'not_applicable' ? 'not_applicable' : 'open'
  const detail = answer.by === 'not_applicable' ? answer.reason : answer.by === 'check' ? answer.check : ''
  return { item, state, how: answer.by, detail, by: null, claimed: false, via: null, note: null, link: null, at: null }
}
