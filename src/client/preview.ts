import { workflowIdOf } from '../domain/id.ts'
import type { Plan } from '../domain/plan.ts'
import type { OpenRun } from '../domain/preview/facts.ts'
import { type PlanReport, planReport } from '../domain/preview/report.ts'
import type { Belay } from './client.ts'
import { Unreachable } from './errors.ts'
import { holderOf } from './latest.ts'
import { maintenance } from './maintenance.ts'
import type { Run } from './run.ts'
import { requireWorkers } from './workers.ts'

/**
 * What this plan would do now; changes nothing. Throws {@link Unreachable} when a worker or a host's agent is away. `say`:
 * told which queue nobody answers on, while it is waited for.
 */
export async function preview(belay: Belay, plan: Plan, say?: (text: string) => void): Promise<PlanReport> {
  await requireWorkers(belay, plan)
  const [facts, openRun] = await Promise.all([maintenance(belay, say).preview(plan), openRunOn(belay, plan)])
  return planReport(plan, facts, openRun)
}

/** Who holds the environment, and how far they are. */
async function openRunOn(belay: Belay, { service, environment }: Plan): Promise<OpenRun | null> {
  const run = await belay.attach(service, environment)
  if (!run || !(await run.open())) return null
  const described = await belay.temporal.workflow.getHandle(workflowIdOf(service, environment), run.runId).describe()
  const { deployment, version, performer, performerProven, since } = holderOf(described)
  return {
    deployment,
    version,
    performer,
    ...(performerProven && { performerProven }),
    since,
    phase: await phaseOf(run),
  }
}

async function phaseOf(run: Run): Promise<OpenRun['phase']> {
  try {
    return (await run.status()).phase
  } catch (error) {
    if (error instanceof Unreachable) return null
    throw error
  }
}
