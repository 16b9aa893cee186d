import type { Plan } from '../../src/domain/plan.ts'
import { type MarkerFound, readMarker } from '../hosts/marker.ts'
import { openRun } from '../run/open-run.ts'

/** What the hosts' markers say now. Reads only. */
export async function showMarker(plan: Plan): Promise<({ host: string } & MarkerFound)[]> {
  const run = openRun(plan, 'rollback')
  const found = []
  for (const host of plan.hosts) found.push({ host, ...(await readMarker(run, host, plan.marker.file)) })
  return found
}
