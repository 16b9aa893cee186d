/** `belay.yaml` of the fixture service as data (JSON is YAML): everything short, nothing left out. */
export function settingsFor(place: { directory: string; repository: string; port: number; logDirectory: string }) {
  const health = `http://127.0.0.1:${place.port}/health`
  const env = { CONFIG_FILE: `${place.directory}/config.json` }
  return {
    service: 'fixture',
    repository: { path: place.repository },
    release: {
      directory: place.directory,
      keep: 3,
      build: [['node', 'build.mjs']],
      processes: {
        web: { start: ['node', 'server.mjs'], env, stop_timeout: '3s', start_timeout: '10s' },
        worker: { start: ['node', 'worker.mjs'], stop_timeout: '3s', start_timeout: '10s' },
      },
    },
    marker: { file: `${place.directory}/.deployment_marker` },
    serving: { http: health, json: '$.version' },
    database: {
      url: '${env:FIXTURE_DATABASE_URL}',
      migrations: { tool: 'sql', directory: 'migrations', additive: 'all', timeout: '30s', lock_timeout: '2s' },
      integrity: [{ name: 'arithmetic holds', sql: 'select 1 + 1', expect: 2 }],
    },
    configuration: [
      {
        source: 'config.json',
        target: `${place.directory}/config.json`,
        loaded: { http: health, json: '$.config_hash' },
      },
    ],
    checks: {
      health: { http: health, status: 200, json: { status: 'ok', db_ready: true }, timeout: '2s', deadline: '8s' },
      database: { postgres: { sql: 'select 1', expect: 1 }, timeout: '2s', deadline: '8s' },
      errors: {
        metric: { scrape: `http://127.0.0.1:${place.port}/metrics`, name: 'app_errors', max: 0 },
        timeout: '2s',
        deadline: '8s',
      },
      workers: {
        log: { process: 'worker', no: 'ERROR', recent: 'processed', within: '5s' },
        timeout: '2s',
        deadline: '8s',
      },
      marker: { marker: true, timeout: '2s', deadline: '8s' },
    },
    verification: {
      database_connection: 'database',
      connection_pool: { not_applicable: 'the fixture has no pool' },
      vpn_api: { not_applicable: 'the fixture calls nobody' },
      system_state: 'health',
      background_workers: 'workers',
      metrics_collection: 'errors',
    },
    monitoring: {
      window: '1200ms',
      // Three of them without a sample are a gap: a busy machine stands still for half a second.
      interval: '500ms',
      after_rollback: '500ms',
      checks: { health: {}, errors: {} },
    },
    review: {
      // Programs sign here, one process after the other: what a deadline does is shown where it is made short.
      within: '10m',
      checklist: {
        code_reviewed: { sign_off: true },
        tests_passing: { command: ['node', '-e', '0'], timeout: '20s' },
        staging_successful: { not_applicable: 'the fixture has no staging' },
        migrations_tested: { not_applicable: 'tested by the scenario itself' },
        configuration_reviewed: { not_applicable: 'made by the scenario' },
        dependencies_tested: { not_applicable: 'it has none' },
      },
    },
    after: {
      within: '10m',
      otherwise: 'rollback',
      items: {
        health_checks_passing: { check: 'health' },
        database_connection_verified: { check: 'database' },
        background_workers_running: { check: 'workers' },
        no_errors_in_logs: { check: 'workers' },
        system_state_healthy: { check: 'health' },
        metrics_normal: { check: 'errors' },
        user_facing_tested: { sign_off: true },
        deployment_marker_verified: { check: 'marker' },
      },
      manual: { payment_processing: { sign_off: true }, metrics_collected: { check: 'errors' } },
    },
    log: { file: `${place.logDirectory}/deployments.log` },
    ignored_safeties: [{ rule: 'short_window', reason: 'scenario' }],
    environments: { production: { hosts: ['local'] } },
  }
}

export type FixtureSettings = ReturnType<typeof settingsFor>
