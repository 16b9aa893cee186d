import { isIP } from 'node:net'
import { join, resolve } from 'node:path'
import { Usage } from '../client/errors.ts'
import type { EnvironmentVariables } from '../domain/reference.ts'
import { type ProvenNames, provenNames } from './proven-names.ts'
import type { Leave } from './replay/require-replayable.ts'

/** How a worker process is configured; Temporal's own `TEMPORAL_*` settings beside it. */
export type WorkerSettings = {
  /** `BELAY_HOSTS`, names with commas between; none: workflows and short activities only. */
  hosts: readonly string[]
  /** `BELAY_AGENT_ONLY=1`: only the agent of its hosts, without workflows, needs no database. */
  agentOnly: boolean
  /** `BELAY_DATABASE_URL`; null: only an agent can do without. */
  databaseUrl: string | null
  /** `BELAY_STATE_DIRECTORY`, else `.belay/worker`. A worker started again must get the same one. Absolute. */
  stateDirectory: string
  /** `BELAY_WORKFLOW_BUNDLE`: made before by `bundleWorkflows`; null: the one that ships, else made at the start. */
  workflowBundlePath: string | null
  /** `BELAY_REGISTER_SEARCH_ATTRIBUTES=1`. */
  registerSearchAttributes: boolean
  /** `BELAY_LEAVE`, run ids with commas between, with `BELAY_LEAVE_REASON`. */
  leave: Leave | null
  /** `BELAY_METRICS_ADDRESS`, e.g. `127.0.0.1:9464`: Prometheus may ask there; null: nothing is measured. */
  metricsAddress: string | null
  provenNames: ProvenNames
  /** `BELAY_LOG_LEVEL`, else `info`. */
  logLevel: string
}

/** Throws {@link Usage} with the variable, what was expected and what to do. */
export function workerSettings(environment: EnvironmentVariables, directory: string): WorkerSettings {
  const hosts = listed(environment.BELAY_HOSTS)
  const agentOnly = flag(environment, 'BELAY_AGENT_ONLY')
  const databaseUrl = environment.BELAY_DATABASE_URL || null
  for (const host of hosts) requireHostName(host)
  if (agentOnly && hosts.length === 0) {
    throw new Usage('BELAY_HOSTS: expected the name of at least one host for an agent, got none')
  }
  if (!agentOnly && databaseUrl === null) {
    const next = 'start one with `belay dev`, or set BELAY_AGENT_ONLY=1 for the agent of a host'
    throw new Usage(`BELAY_DATABASE_URL: expected the address of a Postgres for Belay's records, got none; ${next}`)
  }
  return {
    hosts,
    agentOnly,
    databaseUrl,
    stateDirectory: resolve(directory, environment.BELAY_STATE_DIRECTORY || join('.belay', 'worker')),
    workflowBundlePath: environment.BELAY_WORKFLOW_BUNDLE
      ? resolve(directory, environment.BELAY_WORKFLOW_BUNDLE)
      : null,
    registerSearchAttributes: flag(environment, 'BELAY_REGISTER_SEARCH_ATTRIBUTES'),
    leave: leaveOf(environment, agentOnly),
    metricsAddress: metricsAddressOf(environment.BELAY_METRICS_ADDRESS || null),
    provenNames: provenNames(environment, directory),
    logLevel: environment.BELAY_LOG_LEVEL || 'info',
  }
}

function listed(value = ''): string[] {
  return value.split(',').flatMap((name) => name.trim() || [])
}

/** Leaving a run without a worker is a person's decision, so that it has a reason. */
function leaveOf(environment: EnvironmentVariables, agentOnly: boolean): Leave | null {
  const runs = listed(environment.BELAY_LEAVE)
  const reason = environment.BELAY_LEAVE_REASON?.trim() ?? ''
  if (runs.length === 0) return null
  if (agentOnly) throw new Usage('BELAY_LEAVE: expected a worker with workflows, got an agent, which replays nothing')
  if (reason === '') throw new Usage('BELAY_LEAVE: expected the reason in BELAY_LEAVE_REASON (--reason), got none')
  return { runs, reason }
}

/** An IP address and a port: names are not looked up. */
function metricsAddressOf(address: string | null): string | null {
  const parts = /^(?:\[(?<v6>[^\]]+)\]|(?<v4>[^:]+)):(?<port>\d{1,5})$/.exec(address ?? '')?.groups
  if (address === null || (parts && isIP(parts.v6 ?? parts.v4 ?? '') !== 0 && Number(parts.port) < 65_536))
    return address
  const got = JSON.stringify(address.slice(0, 80))
  throw new Usage(`BELAY_METRICS_ADDRESS: expected an IP address and a port such as 127.0.0.1:9464, got ${got}`)
}

function flag(environment: EnvironmentVariables, name: string): boolean {
  const value = environment[name] ?? ''
  if (value === '' || value === '0') return false
  if (value === '1') return true
  throw new Usage(`${name}: expected 1 or 0, got ${JSON.stringify(value.slice(0, 40))}`)
}

/** A host's name is part of a task queue's and of a path. */
function requireHostName(name: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(name)) return
  throw new Usage(
    `BELAY_HOSTS: expected names of letters, digits, dots and dashes, got ${JSON.stringify(name.slice(0, 80))}`,
  )
}
