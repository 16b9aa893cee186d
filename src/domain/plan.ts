import type { CheckSpec, WatchedCheck } from './check.ts'
import type { ItemAnswer, PostItem, PreItem, VerificationStep } from './checklist.ts'
import type { GatePolicy } from './gate/policy.ts'
import type { Proof } from './identity/proof.ts'
import type { Webhook } from './notice/notice.ts'

/**
 * Everything a deployment needs to know, as plain data: the workflow's input. Made by the client from `belay.yaml`
 * at the release's commit, held on the host with the restore point, and identified by its digest.
 * Durations are milliseconds, paths are absolute on the host, secrets are `${env:NAME}` references.
 */
export type Plan = {
  protocol: 1
  /** Made by the client that starts it; one attempt to make one release live. */
  deployment: string
  service: string
  environment: string
  release: Release
  performer: string
  repository: Repository
  hosts: readonly string[]
  layout: ReleaseLayout
  marker: { file: string; gitTag: boolean }
  /** How the running service says its version; null: proven by the serving process's directory and start time. */
  serving: { http: string; json: string } | null
  database: DatabasePlan | null
  configuration: readonly ConfigurationFile[]
  checks: Readonly<Record<string, CheckSpec>>
  verification: Readonly<Record<VerificationStep, { check: string } | { notApplicable: string }>>
  /** `policy` absent: as in plans made before there was one; nothing beside the items, locks and blocks is asked then. */
  gate: { items: Readonly<Record<PreItem, ItemAnswer>>; withinMs: number; policy?: GatePolicy }
  /** What a name is worth; absent: `claimed`. */
  identity?: 'claimed' | 'ssh'
  /** Whether a drill may be held here; absent: no. */
  drills?: boolean
  monitoring: {
    windowMs: number
    afterRollbackMs: number
    checks: readonly WatchedCheck[]
  }
  after: {
    post: Readonly<Record<PostItem, ItemAnswer>>
    /** The service's own list, by id. */
    manual: Readonly<Record<string, ItemAnswer>>
    withinMs: number
    /** What happens when the deadline passes with items unsigned. */
    otherwise: 'rollback' | 'wait'
  }
  /** How long a waiting rollback may stay undecided before it is told again; it never decides by itself. */
  decisionReminderMs: number
  /** Who is told; absent: nobody, as in plans made before there were notices. */
  notify?: readonly Webhook[]
  claims: readonly EvidenceClaim[]
  /** Shows that `performer` started this very deployment; absent: nobody proved it. */
  proof?: Proof
  ignoredSafeties: readonly IgnoredSafety[]
  log: { file: string | null }
  /** sha256 over the canonical JSON of all of the above but `deployment`, `performer`, `claims` and `proof`. */
  digest: string
}

export type Release = { version: string; commit: string }

export type Repository = {
  /** A path or an https/ssh URL without a password. */
  location: string
  /** `v{version}` */
  tag: string
  /** Remote that tags and the deployments branch are pushed to; null: kept in the repository itself. */
  push: string | null
}

export type ReleaseLayout = {
  /** Root on the host: `releases/<version>`, `current`, and Belay's own `.belay`. */
  directory: string
  /** `worktree`: `releases/<version>` and a `current` link. `in_place`: the directory itself is checked out. */
  mode: 'worktree' | 'in_place'
  /** Belay writes markers and configuration only below these; the directory itself is always one of them. */
  roots: readonly string[]
  keep: number
  build: readonly (readonly string[])[]
  buildTimeoutMs: number
  processes: readonly ServiceProcess[]
  /** Stop the old release, migrate, start the new one: needed for migrations that are not additive. */
  downtime: boolean
}

export type ServiceProcess = {
  name: string
  /** `worker`: a background worker, started after the application. */
  role: 'application' | 'worker'
  run: ProcessRun
  /** How long a stop may take before SIGKILL, and a start before it counts as failed. */
  stopTimeoutMs: number
  startTimeoutMs: number
}

/** One that Belay itself starts and keeps, by no supervisor and no commands of its own. */
export type KeeperProcess = ServiceProcess & { run: Extract<ServiceProcess['run'], { by: 'keeper' }> }

export type ProcessRun =
  /** Started by Belay's own keeper in the release's directory; `log` relative to the layout's directory or absolute. */
  | { by: 'keeper'; command: readonly string[]; log: string; env: Readonly<Record<string, string>> }
  | { by: 'systemd'; unit: string }
  /** `pid`: prints the pids of the running instance, one a line; nothing when it is stopped. */
  | { by: 'commands'; start: readonly string[]; stop: readonly string[]; pid: readonly string[] }

export type DatabasePlan = {
  url: string
  migrations: {
    tool: MigrationToolName
    /** What to run where `tool` is `commands`; absent with every other one. */
    commands?: MigrationCommands
    /** Relative to the release. */
    directory: string
    table: string
    schema: string
    /** Migrations that the configuration at the release's commit declares additive. */
    additive: 'all' | 'none' | readonly string[]
    timeoutMs: number
    lockTimeoutMs: number
  }
  integrity: readonly { name: string; sql: string; expect: string | number | boolean | null }[]
  /** How much a rollback proves of the rows; absent: a plan made before there was a choice, `fast` after a rollback only. */
  integrityLevel?: 'fast' | 'exact'
  onRollback: 'keep' | 'ask' | 'revert_if_lossless' | 'revert'
  /** How migrations are tried before anything changes; absent: a plan made before there was a rehearsal. */
  rehearsal?: RehearsalPlan
}

export type MigrationToolName = 'node-pg-migrate' | 'dbmate' | 'sql' | 'commands'

/**
 * A tool that Belay does not know, by its own commands, run in the release's directory. `{name}` in an argument is the
 * migration's name. `applied` and `pending` print one name a line, oldest first.
 */
export type MigrationCommands = {
  applied: readonly string[]
  pending: readonly string[]
  apply: readonly string[]
  revert: readonly string[]
}

export type RehearsalPlan = {
  /** Address of a server, with its references, on which databases may be made and dropped; null: the embedded one. */
  url: string | null
  /** A file of SQL, relative to the release, loaded before the pending migrations are tried; null: no rows but seeded ones. */
  data: string | null
  /** What the release that is live now must still be able to do on the migrated schema. */
  oldRelease: { queries: readonly { name: string; sql: string }[]; command: readonly string[] | null }
  timeoutMs: number
}

export type ConfigurationFile = {
  /** Relative to the release. */
  source: string
  /** Absolute on the host. */
  target: string
  /** Where the running service says which configuration it has loaded: sha256 (hex) of the file's bytes. */
  loaded: { http: string; json: string } | null
}

export type EvidenceClaim = { item: PreItem; url: string; by: string }

export type IgnoredSafety = { rule: string; reason: string; by: string }
