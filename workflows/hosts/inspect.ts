import type { HostState } from '../../src/domain/host.ts'
import { act, onHost } from '../proxies.ts'
import { orderFor, type Run } from '../run/run.ts'

/** What a host runs, who claims it, and what it has kept. Reads only. */
export async function inspect(run: Run, host: string, summary: string): Promise<HostState> {
  const row = { id: `inspect:${host}`, summary }
  return await act(onHost(host, 'probe').inspectHost, row, { order: orderFor(run, host) })
}
