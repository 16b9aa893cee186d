import type { CheckSpec } from '../../src/domain/check.ts'
import type { ItemAnswer } from '../../src/domain/checklist.ts'
import type { Plan } from '../../src/domain/plan.ts'

type Given = Partial<Pick<Plan, 'deployment' | 'service' | 'environment' | 'performer' | 'ignoredSafeties'>> & {
  version?: string
  commit?: string
}

/** A whole plan of a service called `shop`, as the client would make it. */
export function planFor(given: Given = {}): Plan {
  const { version = '1.2.3', commit = commitOf('a'), deployment = 'd-1', ...rest } = given
  return {
    protocol: 1,
    service: 'shop',
    environment: 'production',
    performer: 'engineer@example.com',
    ignoredSafeties: [],
    ...rest,
    deployment,
    release: { version, commit },
    repository: { location: '/srv/shop.git', tag: 'v{version}', push: null },
    hosts: ['app-1'],
    layout: {
      directory: '/srv/shop',
      mode: 'worktree',
      roots: ['/srv/shop'],
      keep: 5,
      build: [],
      buildTimeoutMs: 60_000,
      processes: [],
      downtime: false,
    },
    marker: { file: '/srv/shop/.deployment_marker', gitTag: true },
    serving: null,
    database: null,
    configuration: [],
    checks: { health },
    verification: {
      database_connection: { check: 'health' },
      connection_pool: { check: 'health' },
      vpn_api: { notApplicable: 'no such dependency' },
      system_state: { check: 'health' },
      background_workers: { notApplicable: 'none' },
      metrics_collection: { notApplicable: 'none' },
    },
    gate: { items: gateItems, withinMs: 3_600_000 },
    monitoring: { windowMs: 600_000, afterRollbackMs: 300_000, checks: [] },
    after: { post: postItems, manual: { payment_processing: signOff }, withinMs: 3_600_000, otherwise: 'rollback' },
    decisionReminderMs: 1_800_000,
    claims: [],
    log: { file: null },
    digest: `digest of ${version} ${commit}`,
  }
}

export function commitOf(digit: string): string {
  return digit.repeat(40)
}

const signOff: ItemAnswer = { by: 'sign_off', acceptClaim: false }

const health: CheckSpec = {
  probe: { kind: 'tcp', host: '127.0.0.1', port: 8080 },
  from: 'worker',
  timeoutMs: 1_000,
  deadlineMs: 30_000,
}

const gateItems: Plan['gate']['items'] = {
  code_reviewed: signOff,
  tests_passing: signOff,
  staging_successful: signOff,
  migrations_tested: signOff,
  configuration_reviewed: signOff,
  dependencies_tested: signOff,
  rollback_plan: { by: 'belay' },
  marker_prepared: { by: 'belay' },
}

const postItems: Plan['after']['post'] = {
  health_checks_passing: { by: 'check', check: 'health' },
  database_connection_verified: signOff,
  background_workers_running: signOff,
  no_errors_in_logs: signOff,
  system_state_healthy: signOff,
  metrics_normal: signOff,
  user_facing_tested: signOff,
  deployment_marker_verified: signOff,
}
