import type { HostRecord } from '../../src/domain/host.ts'
import { markerFor, markerText } from '../../src/domain/marker.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { act, onHost } from '../proxies.ts'
import { newLive } from '../run/live.ts'
import { note, orderFor, type Run } from '../run/run.ts'
import { messageOf } from '../run/trouble.ts'
import { type Back, bringsBack, type Schema, type Way } from './back.ts'

/** The release that comes back, with the plan it went live with; nothing is undone yet. */
export async function openRollback(run: Run, way: Way): Promise<Back> {
  const [target] = bringsBack(way).values()
  const schema: Schema = { reverted: [], kept: [], losses: [], restored: null }
  const tries = new Map<string, number>()
  const provenAtMs = Date.now()
  const back = { way, schema, refused: null, exact: false, tries, provenAtMs }
  if (!target) return { ...back, live: null }
  const live = newLive(await planOf(run, target), target.release)
  live.markerText = markerText(markerFor(run.plan, live.release, new Date(Date.now()), way.by))
  for (const [host, record] of bringsBack(way)) {
    live.releaseDirectories.set(host, record.releaseDirectory)
    live.configuration.set(host, record.configuration)
    if (staysMarked(run, way, host)) live.markersLeft.set(host, markerBefore(run, host))
  }
  return { ...back, live }
}

/** After a drill nothing was deployed anew: the marker that was there is there again, to the second. */
function staysMarked(run: Run, way: Way, host: string): boolean {
  if (!way.undone.switched.includes(host)) return true
  return run.startedAs === 'drill' && markerBefore(run, host) !== ''
}

/** A host that was never switched keeps its marker, to the second. */
function markerBefore(run: Run, host: string): string {
  const marker = run.restorePoints.get(host)?.marker
  return marker ? markerText(marker) : ''
}

/** The plan the old release went live with: its processes, its checks. Kept on the host with the restore point. */
async function planOf(run: Run, record: HostRecord): Promise<Plan> {
  const [host] = run.plan.hosts
  if (host === undefined) return run.plan
  try {
    const row = { id: 'plan of the old release', summary: `${record.release.version}: its processes and checks` }
    return await act(onHost(host, 'probe').readPlan, row, { order: orderFor(run, host), digest: record.planDigest })
  } catch (error) {
    note(
      run,
      'failure',
      `the plan of ${record.release.version} cannot be read, this run's is used: ${messageOf(error)}`,
    )
    return run.plan
  }
}
