import type { WorkflowExecutionInfo } from '@temporalio/client'
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common'
import type { SearchAttribute } from '../../domain/search-attributes.ts'
import type { RunName } from '../../domain/watchdog-facts.ts'

export function nameOf(run: WorkflowExecutionInfo): RunName {
  const { workflowId, runId, memo } = run
  return { workflowId, runId, version: String(memo?.version ?? 'unknown'), phase: attribute(run, 'BelayPhase') }
}

/** null: it has none. */
export function attribute(run: WorkflowExecutionInfo, name: SearchAttribute): string | null {
  return run.typedSearchAttributes.get(defineSearchAttributeKey(name, SearchAttributeType.KEYWORD)) ?? null
}
