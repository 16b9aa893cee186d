import {
  approvalItem,
  type DuringItem,
  overrideItem,
  type PostItem,
  type PreItem,
  type VerificationStep,
} from './checklist.ts'

/** The runbook's own words for its items, as an auditor who holds it in hand looks for them. */
export function itemTitle(item: string): string {
  if (item === approvalItem) return 'Deployment approved'
  if (item === overrideItem) return 'Ignored rules confirmed by a second person'
  const [section = '', id = ''] = item.split('.')
  return titles[`${section}.${id}`] ?? id.replaceAll('_', ' ')
}

export function stepTitle(step: VerificationStep): string {
  return verification[step]
}

const pre: Record<PreItem, string> = {
  code_reviewed: 'Code reviewed and approved',
  tests_passing: 'Tests passing (unit, integration)',
  staging_successful: 'Staging deployment successful',
  migrations_tested: 'Database migrations tested',
  configuration_reviewed: 'Configuration changes reviewed',
  dependencies_tested: 'Dependencies updated and tested',
  rollback_plan: 'Rollback plan documented',
  marker_prepared: 'Deployment marker prepared',
}

const during: Record<DuringItem, string> = {
  deployment_started: 'Deployment started',
  marker_created: 'Deployment marker created',
  application_started: 'Application started',
  health_checks_passing: 'Health checks passing',
  migrations_applied: 'Database migrations applied (if any)',
  configuration_loaded: 'Configuration loaded',
  workers_started: 'Background workers started',
}

const post: Record<PostItem, string> = {
  health_checks_passing: 'Health checks passing',
  database_connection_verified: 'Database connection verified',
  background_workers_running: 'Background workers running',
  no_errors_in_logs: 'No errors in logs',
  system_state_healthy: 'System state is HEALTHY',
  metrics_normal: 'Metrics normal',
  user_facing_tested: 'User-facing functionality tested',
  deployment_marker_verified: 'Deployment marker verified',
}

/** A service names its own; these are the runbook's. */
const manual: Record<string, string> = {
  health_endpoint_200: 'Health endpoint returns 200',
  database_queries: 'Database queries work',
  vpn_api_calls: 'VPN API calls work',
  payment_processing: 'Payment processing works',
  payment_provider_calls: 'Payment provider calls work',
  user_registration: 'User registration works',
  subscription_creation: 'Subscription creation works',
  vpn_key_generation: 'VPN key generation works',
  admin_functions: 'Admin functions work',
  workers_processing: 'Background workers processing',
  no_errors_in_logs_seen: 'No errors in logs',
  metrics_collected: 'Metrics being collected',
}

const verification: Record<VerificationStep, string> = {
  database_connection: 'Database connection',
  connection_pool: 'Connection pool',
  vpn_api: 'VPN API',
  system_state: 'System state',
  background_workers: 'Background workers',
  metrics_collection: 'Metrics collection',
}

const titles: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({ pre, during, post, manual }).flatMap(([section, words]) =>
    Object.entries(words).map(([id, title]) => [`${section}.${id}`, title]),
  ),
)
