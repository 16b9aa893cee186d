import type { Run } from '../../src/client/client.ts'
import type { RunEnd } from '../../src/domain/end/run-end.ts'
import type { Plan } from '../../src/domain/plan.ts'
import type { FixtureSettings } from './settings.ts'
import { phaseOf, type World } from './world.ts'

/** Of the one environment that a scenario has. */
export const place = { service: 'fixture', environment: 'production' }

export function allowDrills(settings: FixtureSettings): void {
  Object.assign(settings, { drills: true })
}

/** What the gate of a deployment demands beside Belay's own plan. */
export function demanding(rollbackPlan: { document?: string; drill?: { in: string; within: string } }) {
  return (settings: FixtureSettings) => {
    Object.assign(settings.review.checklist, { rollback_plan: rollbackPlan })
  }
}

/** Starts a drill, signs what its gate asks of people, and waits for its end. */
export async function drillOf(
  world: World,
  version: string,
  change?: (settings: FixtureSettings) => void,
): Promise<RunEnd> {
  const plan = world.plan(version, change)
  return await endOfDrill(await world.belay.drill(plan), plan)
}

export async function endOfDrill(run: Run, { deployment }: Plan): Promise<RunEnd> {
  const status = await phaseOf(run, ({ waitingFor, outcome }) => waitingFor !== null || outcome !== null, 90_000)
  const open = status.items.filter(
    ({ item, how, state }) => item.startsWith('pre.') && how === 'sign_off' && state === 'open',
  )
  if (status.outcome === null) {
    for (const { item } of open) await run.tell({ name: 'signOff', deployment, item, by: 'operator@example.com' })
  }
  return await run.end()
}
