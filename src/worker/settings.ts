import { join, resolve } from 'node:path'

export type Environment = Readonly<Record<string, string | undefined>>

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
  /** `BELAY_WORKFLOW_BUNDLE`: made before by `bundleWorkflows`; null: made at the start. */
  workflowBundlePath: string | null
  /** `BELAY_REGISTER_SEARCH_ATTRIBUTES=1`. */
  registerSearchAttributes: boolean
  /** `BELAY_LOG_LEVEL`, else `info`. */
  logLevel: string
}

/** Throws with the variable, what was expected and what to do. */
export function workerSettings(environment: Environment, directory: string): WorkerSettings {
  const hosts = (environment.BELAY_HOSTS ?? '').split(',').flatMap((name) => name.trim() || [])
  const agentOnly = flag(environment, 'BELAY_AGENT_ONLY')
  const databaseUrl = environment.BELAY_DATABASE_URL || null
  for (const host of hosts) requireHostName(host)
  if (agentOnly && hosts.length === 0) {
    throw new Error('BELAY_HOSTS: expected the name of at least one host for an agent, got none')
  }
  if (!agentOnly && databaseUrl === null) {
    const next = 'start one with `belay dev`, or set BELAY_AGENT_ONLY=1 for the agent of a host'
    throw new Error(`BELAY_DATABASE_URL: expected the address of a Postgres for Belay's records, got none; ${next}`)
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
    logLevel: environment.BELAY_LOG_LEVEL || 'info',
  }
}

function flag(environment: Environment, name: string): boolean {
  const value = environment[name] ?? ''
  if (value === '' || value === '0') return false
  if (value === '1') return true
  throw new Error(`${name}: expected 1 or 0, got ${JSON.stringify(value.slice(0, 40))}`)
}

/** A host's name is part of a task queue's and of a path. */
function requireHostName(name: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(name)) return
  throw new Error(
    `BELAY_HOSTS: expected names of letters, digits, dots and dashes, got ${JSON.stringify(name.slice(0, 80))}`,
  )
}
