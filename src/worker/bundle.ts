import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { bundleWorkflowCode, type WorkflowBundleOption } from '@temporalio/worker'
import type { Logger } from 'pino'
import { temporalLogger } from './logger.ts'

/** The workflow code a worker runs: the file it was told, the one that ships with the package, else bundled now. */
export async function workflowBundle(codePath: string | null, logger: Logger): Promise<WorkflowBundleOption> {
  if (codePath !== null) return { codePath }
  return existsSync(shippedBundle) ? { codePath: shippedBundle } : await bundleWorkflows(logger)
}

/** All workflow code in one file, as the sandbox runs it. Throws when a workflow reaches for Node. Takes some seconds. */
export async function bundleWorkflows(logger: Logger): Promise<{ code: string }> {
  const workflowsPath = join(import.meta.dirname, '../../workflows/index.ts')
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: temporalLogger(logger) })
  return { code }
}

/** Only in the package, whose sources do not ship: a checkout always runs the workflows that stand in it. */
const shippedBundle = join(import.meta.dirname, '../../workflows.bundle.js')
