import type { Path } from './yaml/path-text.ts'

/** The key of Belay for a word that Kamal, Capistrano, compose, Kubernetes or habit brings along; null: no such word. */
export function belayKeyFor(path: Path): string | null {
  const word = String(path.at(-1) ?? '')
    .toLowerCase()
    .replace(/-/g, '_')
  const around = path.slice(0, -1).join('.')
  const fitting = dictionaries.find(({ within, words }) => within.test(around) && Object.hasOwn(words, word))
  return fitting?.words[word] ?? null
}

type Dictionary = { within: RegExp; words: Readonly<Record<string, string>> }

const checks: Dictionary = {
  within: /^(monitoring\.)?checks\.[^.]+$/,
  words: {
    url: 'http',
    uri: 'http',
    path: 'http, with the whole address',
    endpoint: 'http',
    get: 'http',
    cmd: 'command',
    script: 'command',
    exec: 'command',
    port: 'tcp: "localhost:8080"',
    file: 'log.file',
    interval: 'monitoring.interval',
    period: 'monitoring.interval',
    expect: 'status or json',
    body: 'json',
    retries: 'deadline, or monitoring.checks.<name>.failure_limit',
    max_attempts: 'deadline, or monitoring.checks.<name>.failure_limit',
    threshold: 'monitoring.checks.<name>.failure_limit',
  },
}

const processes: Dictionary = {
  within: /^release\.processes\.[^.]+$/,
  words: {
    cmd: 'start',
    command: 'start',
    exec: 'start',
    run: 'start',
    script: 'start',
    unit: 'systemd',
    service: 'systemd',
    environment: 'env',
    drain_timeout: 'stop_timeout',
    stop_wait_time: 'stop_timeout',
    stop_grace_period: 'stop_timeout',
    deploy_timeout: 'start_timeout',
    readiness_delay: 'start_timeout',
    hosts: 'hosts, in an environment',
  },
}

const database: Dictionary = {
  within: /^database$/,
  words: { host: 'url', name: 'url', user: 'url', username: 'url', port: 'url', adapter: 'url', connection: 'url' },
}

const sections: Dictionary = {
  within: /^(release)?$/,
  words: {
    app: 'service',
    application: 'service',
    name: 'service',
    servers: 'environments.<name>.hosts',
    server: 'environments.<name>.hosts',
    host: 'environments.<name>.hosts',
    roles: 'environments.<name>.hosts, and release.processes',
    stages: 'environments',
    targets: 'environments',
    destinations: 'environments',
    deploy_to: 'release.directory',
    directory: 'release.directory',
    path: 'release.directory',
    keep_releases: 'release.keep',
    retain_containers: 'release.keep',
    revision_history_limit: 'release.keep',
    builder: 'release.build',
    image: 'nothing to write: a release is a commit, built with release.build',
    registry: 'nothing to write: a release is a commit, built with release.build',
    branch: 'nothing to write: belay deploy names the version or the commit',
    processes: 'release.processes',
    services: 'release.processes',
    procfile: 'release.processes',
    command: 'release.processes.<name>.start',
    start: 'release.processes.<name>.start',
    env: 'release.processes.<name>.env',
    default_env: 'release.processes.<name>.env',
    drain_timeout: 'release.processes.<name>.stop_timeout',
    deploy_timeout: 'release.processes.<name>.start_timeout',
    linked_files: 'configuration',
    configs: 'configuration',
    files: 'configuration',
    repo: 'repository.url or repository.path',
    repo_url: 'repository.url',
    git: 'repository',
    db: 'database',
    database_url: 'database.url',
    migrate: 'database.migrations',
    healthcheck: 'checks',
    healthchecks: 'checks',
    health_check: 'checks',
    health_checks: 'checks',
    health: 'checks',
    probes: 'checks',
    livenessprobe: 'checks',
    readinessprobe: 'checks',
    smoke_tests: 'checks',
    monitor: 'monitoring',
    watch: 'monitoring',
    approvals: 'review.checklist, and after.manual',
    reviewers: 'review.checklist',
    checklist: 'review.checklist',
    manual_checks: 'after.manual',
    tests: 'review.checklist.tests_passing',
    logging: 'log',
    slack: 'notify.webhook',
    webhook: 'notify.webhook',
    webhooks: 'notify.webhook',
    slack_webhook: 'notify.webhook',
    notifications: 'notify.webhook',
    prometheus_url: 'prometheus',
    rollback_on_failure: 'nothing to write: a failure always rolls back',
  },
}

const dictionaries = [checks, processes, database, sections]

/** Every word, what it is in Belay, and around which paths that holds. */
export function foreignWords(): [string, string, RegExp][] {
  return dictionaries.flatMap(({ within, words }) =>
    Object.entries(words).map(([word, key]): [string, string, RegExp] => [word, key, within]),
  )
}
