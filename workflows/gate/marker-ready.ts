import { markerFor, markerText } from '../../src/domain/marker.ts'
import { act, onHost } from '../proxies.ts'
import { orderFor, type Run } from '../run/run.ts'
import { joined } from './way-back.ts'

/** The marker's content is valid and its place can be written, on every host. */
export async function markerReady(run: Run): Promise<{ ok: boolean; detail: string }> {
  const text = markerText(markerFor(run.plan, run.plan.release, new Date(Date.now()), run.plan.performer))
  const answers = await Promise.all(
    run.plan.hosts.map((host) => {
      const row = { id: `marker:${host}`, summary: `${host}: content valid, path safe` }
      return act(onHost(host, 'probe').checkMarker, row, { order: orderFor(run, host), plan: run.plan, text })
    }),
  )
  return joined(run, answers)
}
