import {
  Client,
  Connection,
  WorkflowExecutionAlreadyStartedError,
  type WorkflowExecutionInfo,
} from '@temporalio/client'
import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common'
import { loadClientConnectConfig } from '@temporalio/envconfig'
import type { RollbackRequest } from '../../workflows/rollback-run.ts'
import { taskQueue, workflowIdOf } from '../domain/id.ts'
import type { Plan } from '../domain/plan.ts'
import { describePlan } from '../domain/plan-text.ts'
import { Busy, type BusyHolder, Unreachable } from './errors.ts'
import { type Run, runOf } from './run.ts'
import { temporalTrouble } from './trouble.ts'

export type { Run } from './run.ts'

/** Environment variables as a program got them; `TEMPORAL_*` are read by Temporal's own envconfig. */
export type Environment = Readonly<Record<string, string | undefined>>

export type Belay = {
  /** Starts a deployment. Throws {@link Busy} when a run of this service and environment is open. */
  deploy(plan: Plan): Promise<Run>
  /** Starts a rollback run. Throws {@link Busy} likewise. */
  rollback(request: RollbackRequest): Promise<Run>
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
export async function connect(environment: Environment): Promise<Belay> {
  const config = loadClientConnectConfig({ overrideEnvVars: definedOnly(environment) })
  const namespace = config.namespace ?? 'default'
  const address = config.connectionOptions.address ?? 'localhost:7233'
  const connection = await connectWithin(config.connectionOptions, address)
  const client = new Client({ connection, namespace })
  return {
    deploy: (plan) => start(client, plan, 'deployment', [plan]),
    rollback: (request) => start(client, request.plan, 'rollback', [request]),
    attach: (service, name) => attach(client, workflowIdOf(service, name)),
    listOpen: () => listOpen(client),
    temporal: client,
    namespace,
    close: () => connection.close(),
  }
}

/** Long enough for a slow network; the whole command answers a person who mistyped an address within five seconds. */
const connectTimeoutMs = 3_000

async function connectWithin(options: Parameters<typeof Connection.connect>[0], address: string): Promise<Connection> {
  try {
    return await Connection.connect({ ...options, connectTimeout: connectTimeoutMs })
  } catch (error) {
    throw new Unreachable('Temporal', address, 'start it with `belay dev`, or set TEMPORAL_ADDRESS', error)
  }
}

type Started = { deployment: [Plan]; rollback: [RollbackRequest] }

async function start<K extends keyof Started>(client: Client, plan: Plan, type: K, args: Started[K]): Promise<Run> {
  const workflowId = workflowIdOf(plan.service, plan.environment)
  const version = type === 'rollback' ? `back from ${plan.release.version}` : plan.release.version
  try {
    const handle = await client.workflow.start(type, {
      args,
      workflowId,
      taskQueue,
      // The ID is the lock: a second one is told who holds it. No execution timeout: it would end a run without a rollback.
      workflowIdConflictPolicy: 'FAIL',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      staticSummary:
        `${type === 'rollback' ? 'Rollback' : 'Deployment'} ${version} on ${plan.environment} by ${plan.performer}`.slice(
          0,
          180,
        ),
      staticDetails: describePlan(plan),
      memo: { deployment: plan.deployment, version: plan.release.version, performer: plan.performer },
      typedSearchAttributes: new TypedSearchAttributes([
        keyword('BelayService', plan.service),
        keyword('BelayEnvironment', plan.environment),
        keyword('BelayVersion', plan.release.version),
        keyword('BelayDeployment', plan.deployment),
        keyword('BelayPerformer', plan.performer),
      ]),
    })
    return runOf(client, handle, handle.firstExecutionRunId)
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) throw await busy(client, workflowId)
    throw temporalTrouble(error, client.options.namespace)
  }
}

function keyword(name: string, value: string) {
  return { key: defineSearchAttributeKey(name, SearchAttributeType.KEYWORD), value }
}

/** Who holds the environment, with what, since when. */
async function busy(client: Client, workflowId: string): Promise<Busy> {
  return new Busy(holderOf(await client.workflow.getHandle(workflowId).describe()))
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

function holderOf(run: Pick<WorkflowExecutionInfo, 'workflowId' | 'startTime' | 'memo'>): BusyHolder {
  const { deployment = 'unknown', version = 'unknown', performer = 'unknown' } = run.memo ?? {}
  return {
    workflowId: run.workflowId,
    deployment: String(deployment),
    version: String(version),
    performer: String(performer),
    since: run.startTime.toISOString(),
  }
}

async function attach(client: Client, workflowId: string): Promise<Run | null> {
  try {
    const handle = client.workflow.getHandle(workflowId)
    const { runId } = await handle.describe()
    return runOf(client, client.workflow.getHandle(workflowId, runId), runId)
  } catch (error) {
    if (error instanceof Error && error.name === 'WorkflowNotFoundError') return null
    throw temporalTrouble(error, client.options.namespace)
  }
}

function definedOnly(environment: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  )
}
