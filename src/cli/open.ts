import { type Belay, connect, type Run } from '../client/client.ts'
import { Unreachable, Usage } from '../client/errors.ts'
import { environmentPlan } from '../client/prepare.ts'
import { requireWorker } from '../client/workers.ts'
import type { Plan } from '../domain/plan.ts'
import type { RunStatus } from '../domain/status.ts'
import { configFile, performer } from './given.ts'
import type { Options } from './program/command.ts'
import type { Shell } from './shell/shell.ts'

/** The environment's plan and a connection; closed when `work` is done. */
export async function withEnvironment<T>(
  shell: Shell,
  options: Options,
  environment: string,
  work: (open: { belay: Belay; plan: Plan; by: string }) => Promise<T>,
): Promise<T> {
  const by = await performer(shell, options)
  const plan = await environmentPlan(configFile(shell, options), environment, by)
  const belay = await connect(shell.environment)
  try {
    return await work({ belay, plan, by })
  } finally {
    await belay.close()
  }
}

/** The latest run of an environment, or a sentence about what there is instead. */
export async function runOf(belay: Belay, plan: Plan): Promise<Run> {
  const run = await belay.attach(plan.service, plan.environment)
  if (run) return run
  const next = `belay deploy <version> --env ${plan.environment}`
  throw new Usage(`nothing was ever deployed to ${plan.environment}. Next: ${next}`)
}

export async function openRunOf(belay: Belay, plan: Plan): Promise<Run> {
  const run = await runOf(belay, plan)
  if (await run.open()) return run
  throw new Usage(`no run is open on ${plan.environment}. Next: belay status ${plan.environment}`)
}

/** What the run says of itself; null: no worker answers. Without one the question itself would wait. */
export async function statusOrNull(belay: Belay, run: Run): Promise<RunStatus | null> {
  try {
    await requireWorker(belay)
    return await run.status()
  } catch (error) {
    if (error instanceof Unreachable) return null
    throw error
  }
}
