import { inspect } from '../hosts/inspect.ts'
import { act, onHost } from '../proxies.ts'
import { Trouble } from '../run/interrupt.ts'
import type { Live } from '../run/live.ts'
import { sourceOf } from '../run/live.ts'
import { orderFor, type Run } from '../run/run.ts'
import { named } from '../run/trouble.ts'
import { proveLive } from '../verify.ts'

/**
 * Reads the world once more and compares it with what was captured before the drill: the release that answers, its
 * directory, the marker and the bytes of the configuration on every host, the applied migrations and the catalog's
 * fingerprint. What the steps of the way back said of themselves is not believed here. Throws where anything differs.
 */
export async function proveAsBefore(run: Run, live: Live): Promise<string> {
  for (const [host, point] of run.restorePoints) live.configuration.set(host, point.configuration)
  await proveLive(run, live)
  await Promise.all(run.plan.hosts.map((host) => directoryAsBefore(run, host)))
  return `${live.release.version} answers; its directory, marker and configuration${await schemaAsBefore(run)}`
}

async function directoryAsBefore(run: Run, host: string): Promise<void> {
  const now = await named('inspectHost', host, () => inspect(run, host, `${host}: as before the drill`))
  const before = run.hostStates.get(host)?.live.releaseDirectory ?? null
  expectSame(host, 'current', before, now.live.releaseDirectory)
}

/** By the files of the release that was drilled: whatever it applied is known to it. */
async function schemaAsBefore(run: Run): Promise<string> {
  const { database, hosts } = run.plan
  const [host] = hosts
  if (!database || host === undefined) return ''
  const review = await named('reviewMigrations', host, () => {
    const row = { id: 'review migrations', summary: 'what is applied, and the catalog, as before the drill' }
    const input = { order: orderFor(run, host), database, releaseDirectory: sourceOf(run.live, host), known: null }
    return act(onHost(host, 'patient').reviewMigrations, row, input)
  })
  const before = (run.appliedBefore ?? []).map((migration) => migration.name)
  expectSame(host, 'applied migrations', before.join(', '), review.applied.join(', '))
  expectSame(host, 'catalog', run.done.catalogBefore, review.catalog)
  return `, ${before.length === 1 ? '1 migration' : `${before.length} migrations`}, catalog ${review.catalog.slice(0, 12)}`
}

function expectSame(host: string, what: string, before: string | null, now: string | null): void {
  if (now === before) return
  const detail = `expected ${before ?? 'nothing'}, got ${now ?? 'nothing'}`
  throw new Trouble({ kind: 'not_proven', what: `${what} as before the drill`, host, detail })
}
