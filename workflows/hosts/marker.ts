import { type Marker, markerText } from '../../src/domain/marker.ts'
import { act, onHost } from '../proxies.ts'
import { orderFor, type Run } from '../run/run.ts'
import { named } from '../run/trouble.ts'

/** `problem`: why what is there is not a marker; null with a null `marker`: there is none. */
export type MarkerFound = { marker: Marker | null; problem: string | null }

/** What the marker on a host says now. */
export async function readMarker(run: Run, host: string, summary: string): Promise<MarkerFound> {
  const row = { id: `read marker:${host}`, summary }
  return await act(onHost(host, 'probe').readMarker, row, { order: orderFor(run, host), file: run.plan.marker.file })
}

/** The marker alone: nothing else of what is live is touched. */
export async function writeMarker(run: Run, host: string, marker: Marker): Promise<void> {
  const target = { over: [], record: null, migrations: null, catalog: null }
  const row = { id: `marker:${host}`, summary: `${marker.version} on ${host}` }
  const input = {
    order: orderFor(run, host),
    plan: run.plan,
    target,
    only: 'marker' as const,
    markerText: markerText(marker),
    try: 1,
  }
  await named('marker', host, () => act(onHost(host, 'patient').switchBack, row, input))
}
