import { Client, Connection } from '@temporalio/client'
import type { RollbackRequest } from '../../workflows/rollback/by-hand.ts'
import { workflowIdOf } from '../domain/id.ts'
import type { Plan } from '../domain/plan.ts'
import type { BusyHolder } from './errors.ts'
import { holderOf, latestRun, requested } from './latest.ts'
import { requestKey, type Wanted } from './request.ts'
import type { Run } from './run.ts'
import { startDeployment, startDrill, startRollback } from './start.ts'
import { type Environment, type TemporalSettings, temporalSettings } from './temporal-settings.ts'
import { temporalTrouble } from './trouble.ts'
import { whyUnreachable } from './why-unreachable.ts'

export type { Run } from './run.ts'
export type { Environment } from './temporal-settings.ts'

export type Belay = {
  /**
   * Starts a deployment. Throws {@link Busy} when a run of this service and environment is open. The latest run, open or
   * ended, is answered instead when it was started by the same request.
   */
  deploy(plan: Plan, requestId?: string | null): Promise<Run>
  /** Starts a drill: a deployment that goes back on purpose; otherwise likewise. */
  drill(plan: Plan, requestId?: string | null): Promise<Run>
  /** Starts a rollback run; otherwise likewise. */
  rollback(request: RollbackRequest, requestId?: string | null): Promise<Run>
  /** The latest run, if this request started it or, for a rollback, sent it back; null: it has not been done yet. */
  requested(plan: Plan, requestId: string, wanted: Wanted): Promise<Run | null>
  /** The latest run of an environment, open or closed; null: there never was one. */
  attach(service: string, environment: string): Promise<Run | null>
  /** Every open run of this Temporal namespace, deployments and rollbacks. */
  listOpen(): Promise<BusyHolder[]>
  /** The Temporal client underneath, for what this one does not do. */
  temporal: Client
  namespace: string
  close(): Promise<void>
}

/**
 * Connects to Temporal by `TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`, `TEMPORAL_TLS*` or the profile
 * in Temporal's own configuration file. Throws {@link Unreachable} within five seconds.
 */
export async function connect(environment: Environment = process.env): Promise<Belay> {
  const settings = temporalSettings(environment)
  const { namespace } = settings
  const connection = await connectWithin(settings)
  const client = new Client({ connection, namespace })
  return {
    deploy: (plan, requestId = null) => startDeployment(client, plan, requestId),
    drill: (plan, requestId = null) => startDrill(client, plan, requestId),
    rollback: (request, requestId = null) => startRollback(client, request, requestId),
    requested: (plan, requestId, wanted) =>
      requested(client, workflowIdOf(plan.service, plan.environment), requestKey(requestId, wanted)),
    attach: (service, name) => latestRun(client, workflowIdOf(service, name)),
    listOpen: () => listOpen(client),
    temporal: client,
    namespace,
    close: () => connection.close(),
  }
}

/** Long enough for a slow network; the whole command answers a person who mistyped an address within five seconds. */
const connectTimeoutMs = 3_000

async function connectWithin(settings: TemporalSettings): Promise<Connection> {
  try {
    return await Connection.connect({ ...settings.options, connectTimeout: connectTimeoutMs })
  } catch (error) {
    throw await whyUnreachable(settings, error)
  }
}

async function listOpen(client: Client): Promise<BusyHolder[]> {
  const query = "ExecutionStatus='Running' AND WorkflowId STARTS_WITH 'deploy:'"
  const open: BusyHolder[] = []
  try {
    for await (const run of client.workflow.list({ query })) open.push(holderOf(run))
    return open
  } catch (error) {
    throw temporalTrouble(error, client.options.namespace)
  }
}
