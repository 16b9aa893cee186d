import { fileURLToPath } from 'node:url'
import { bundleWorkflowCode } from '@temporalio/worker'
import type { Logger } from 'pino'
import { temporalLogger } from './logger.ts'

/** All workflow code in one file, as the sandbox runs it. Throws when a workflow reaches for Node. Takes some seconds. */
export async function bundleWorkflows(logger: Logger): Promise<{ code: string }> {
  const workflowsPath = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url))
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: temporalLogger(logger) })
  return { code }
}
