import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client'
import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common'
import type { RollbackRequest } from '../../workflows/rollback/by-hand.ts'
import { taskQueue, workflowIdOf } from '../domain/id.ts'
import { nameWords } from '../domain/item-words.ts'
import type { Plan } from '../domain/plan.ts'
import { describePlan } from '../domain/plan-text.ts'
import { Busy } from './errors.ts'
import { holderOf, requested } from './latest.ts'
import { requestKey, type Wanted } from './request.ts'
import { type Run, runOf } from './run.ts'
import { temporalTrouble } from './trouble.ts'

export async function startDeployment(client: Client, plan: Plan, requestId: string | null): Promise<Run> {
  const key = keyOf(requestId, { kind: 'deployment', ...plan.release })
  return await startOnce(client, plan, key, () => start(client, plan, 'deployment', [plan], key))
}

export async function startDrill(client: Client, plan: Plan, requestId: string | null): Promise<Run> {
  const key = keyOf(requestId, { kind: 'drill', ...plan.release })
  return await startOnce(client, plan, key, () => start(client, plan, 'drill', [plan], key))
}

export async function startRollback(client: Client, request: RollbackRequest, requestId: string | null): Promise<Run> {
  const { plan, to, only } = request
  const key = keyOf(requestId, { kind: 'rollback', to, only })
  return await startOnce(client, plan, key, () => start(client, plan, 'rollback', [request], key))
}

/** Of two at the same moment the server lets one begin; the other finds the first one's request in its memo. */
async function startOnce(client: Client, plan: Plan, key: string | null, begin: () => Promise<Run>): Promise<Run> {
  const before = key === null ? null : await requested(client, idOf(plan), key)
  if (before) return before
  try {
    return await begin()
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw temporalTrouble(error, client.options.namespace)
    const same = key === null ? null : await requested(client, idOf(plan), key)
    if (same) return same
    throw await busy(client, idOf(plan))
  }
}

const titles = { deployment: 'Deployment', rollback: 'Rollback', drill: 'Drill' } as const

type Started = { deployment: [Plan]; drill: [Plan]; rollback: [RollbackRequest] }

async function start<K extends keyof Started>(
  client: Client,
  plan: Plan,
  type: K,
  args: Started[K],
  request: string | null,
): Promise<Run> {
  const version = type === 'rollback' ? `back from ${plan.release.version}` : plan.release.version
  const who = `${titles[type]} ${version} on ${plan.environment} by ${nameWords(plan.performer, plan.identity === 'ssh')}`
  const handle = await client.workflow.start(type, {
    args,
    workflowId: idOf(plan),
    taskQueue,
    // The ID is the lock: a second one is told who holds it. No execution timeout: it would end a run without a rollback.
    workflowIdConflictPolicy: 'FAIL',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    staticSummary: who.slice(0, 180),
    staticDetails: describePlan(plan),
    memo: {
      deployment: plan.deployment,
      version: plan.release.version,
      performer: plan.performer,
      ...(request === null ? {} : { request }),
    },
    typedSearchAttributes: new TypedSearchAttributes([
      keyword('BelayService', plan.service),
      keyword('BelayEnvironment', plan.environment),
      keyword('BelayVersion', plan.release.version),
      keyword('BelayDeployment', plan.deployment),
      keyword('BelayPerformer', plan.performer),
    ]),
  })
  return runOf(client, handle, { runId: handle.firstExecutionRunId, deployment: plan.deployment })
}

function idOf(plan: Plan): string {
  return workflowIdOf(plan.service, plan.environment)
}

function keyword(name: string, value: string) {
  return { key: defineSearchAttributeKey(name, SearchAttributeType.KEYWORD), value }
}

/** Who holds the environment, with what, since when. */
async function busy(client: Client, workflowId: string): Promise<Busy> {
  return new Busy(holderOf(await client.workflow.getHandle(workflowId).describe()))
}

function keyOf(requestId: string | null, wanted: Wanted): string | null {
  return requestId === null ? null : requestKey(requestId, wanted)
}
