import type { Plan } from '../../src/domain/plan.ts'
import { act, onHost } from '../proxies.ts'
import { orderFor, type Run } from '../run/run.ts'
import { named } from '../run/trouble.ts'

/** The release's files on a host, beside what is live. `source`: where they are before it is live, if not there. */
export async function fetchOn(
  run: Run,
  host: string,
  { repository, release, layout }: Plan,
  summary: string,
): Promise<{ releaseDirectory: string; source?: string }> {
  const row = { id: `fetch:${host}`, summary }
  const input = { order: orderFor(run, host), repository, release, layout }
  return await named('fetch', host, () => act(onHost(host, 'patient').fetchRelease, row, input))
}

/** `attempt` tells the builds of several releases in one run apart. */
export async function buildOn(
  run: Run,
  host: string,
  { layout }: Plan,
  { releaseDirectory, attempt }: { releaseDirectory: string; attempt: number },
): Promise<void> {
  if (layout.build.length === 0) return
  const row = { id: `build:${host}`, summary: layout.build.map((command) => command.join(' ')).join(', ') }
  const input = { order: orderFor(run, host), layout, releaseDirectory, try: attempt }
  await named('build', host, () => act(onHost(host, 'patient', layout.buildTimeoutMs).buildRelease, row, input))
}
