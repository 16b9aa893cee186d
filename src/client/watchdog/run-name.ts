import type { WorkflowExecutionInfo } from '@temporalio/client'
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common'
import { adoptionPhase, isAdoptionId } from '../../domain/adoption.ts'
import type { SearchAttribute } from '../../domain/search-attributes.ts'
import type { RunName } from '../../domain/watchdog/facts.ts'

export function nameOf(run: WorkflowExecutionInfo): RunName {
  const { workflowId, runId, memo } = run
  // An adoption has one phase only, and no search attributes.
  const phase = isAdoptionId(workflowId) ? adoptionPhase : attribute(run, 'BelayPhase')
  return { workflowId, runId, version: String(memo?.version ?? 'unknown'), phase }
}

/** Deployments, rollbacks and adoptions: what changes hosts or holds them. */
export const ofEnvironments = "(WorkflowId STARTS_WITH 'deploy:' OR WorkflowId STARTS_WITH 'adopt:')"

/** null: it has none. */
export function attribute(run: WorkflowExecutionInfo, name: SearchAttribute): string | null {
  return run.typedSearchAttributes.get(defineSearchAttributeKey(name, SearchAttributeType.KEYWORD)) ?? null
}
