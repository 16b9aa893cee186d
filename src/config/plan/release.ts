import { resolve } from 'node:path'
import type {
  ConfigurationFile,
  DatabasePlan,
  ProcessRun,
  ReleaseLayout,
  Repository,
  ServiceProcess,
} from '../../domain/plan.ts'
import { fill } from '../schema/path.ts'
import type { Settings } from '../schema/settings.ts'

type Names = { environment: string; service: string }

/** `baseDirectory`: where the configuration file lies; a repository path is relative to it. */
export function repositoryOf(settings: Settings, baseDirectory: string): Repository {
  const { path, url, tag, push } = settings.repository
  return { location: url ?? resolve(baseDirectory, path ?? '.'), tag, push: push ?? null }
}

export function layoutOf(settings: Settings, names: Names): ReleaseLayout {
  const { release } = settings
  const directory = fill(release.directory, names)
  return {
    directory,
    mode: release.mode,
    roots: [...new Set([directory, ...release.roots.map((root) => fill(root, names))])],
    keep: release.keep,
    build: release.build,
    buildTimeoutMs: release.build_timeout,
    processes: processesOf(settings, names),
    downtime: release.downtime,
  }
}

export function markerFileOf(settings: Settings, names: Names): string {
  return fill(settings.marker.file ?? `${settings.release.directory}/.deployment_marker`, names)
}

export function configurationOf(settings: Settings, names: Names): ConfigurationFile[] {
  return settings.configuration.map(({ source, target, loaded }) => ({
    source: fill(source, names),
    target: fill(target, names),
    loaded: loaded ? { http: fill(loaded.http, names), json: loaded.json } : null,
  }))
}

export function databaseOf(settings: Settings): DatabasePlan | null {
  const { database } = settings
  if (!database) return null
  const { tool, commands, directory, table, schema, additive, timeout, lock_timeout } = database.migrations
  const { rehearsal } = database
  const ownTable = tool === 'node-pg-migrate' ? 'pgmigrations' : 'schema_migrations'
  return {
    url: database.url,
    migrations: {
      tool,
      ...(commands && { commands }),
      directory,
      table: table ?? ownTable,
      schema,
      additive,
      timeoutMs: timeout,
      lockTimeoutMs: lock_timeout,
    },
    integrity: database.integrity,
    integrityLevel: database.integrity_level,
    onRollback: database.on_rollback,
    rehearsal: {
      url: rehearsal.url ?? null,
      data: rehearsal.data ?? null,
      oldRelease: { queries: rehearsal.old_release.queries, command: rehearsal.old_release.command ?? null },
      timeoutMs: rehearsal.timeout,
    },
  }
}

function processesOf(settings: Settings, names: Names): ServiceProcess[] {
  return Object.entries(settings.release.processes).map(([name, process]) => ({
    name,
    role: process.role ?? (name === 'worker' ? 'worker' : 'application'),
    run: runOf(settings, name, names),
    stopTimeoutMs: process.stop_timeout,
    startTimeoutMs: process.start_timeout,
  }))
}

function runOf(settings: Settings, name: string, names: Names): ProcessRun {
  const process = settings.release.processes[name]
  if (process?.systemd !== undefined) return { by: 'systemd', unit: process.systemd }
  const start = process?.start ?? []
  if (process?.stop && process.pid) return { by: 'commands', start, stop: process.stop, pid: process.pid }
  return { by: 'keeper', command: start, log: logOf(settings, name, names), env: process?.env ?? {} }
}

/** Where a process of the release writes what it says. */
export function logOf(settings: Settings, name: string, names: Names): string {
  const own = settings.release.processes[name]?.log
  return fill(own ?? `${settings.release.directory}/log/${name}.log`, names)
}
