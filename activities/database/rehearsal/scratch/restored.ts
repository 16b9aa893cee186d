import { randomInt } from 'node:crypto'
import { fingerprintOf, readCatalog } from '../../catalog/catalog.ts'
import { withClient } from '../../client.ts'
import type { Release, Target } from '../../tools/tool.ts'
import { toolFor } from '../../tools/tools.ts'
import { type Live, readOnly } from './live.ts'
import type { ScratchDatabase } from './server.ts'

/**
 * The database that the given address names, where it is a restored backup: it equals the live one, with rows, and is
 * not the live one. It is copied only, and the server refuses that while anybody is connected to it. null: it is none.
 */
export async function restoredBackup(
  scratchUrl: string,
  {
    live,
    liveUrl,
    release,
    environment,
  }: { live: Live; liveUrl: string; release: Release } & Pick<Target, 'environment'>,
): Promise<ScratchDatabase | null> {
  const name = decodeURIComponent(new URL(scratchUrl).pathname.slice(1))
  // An empty one is no backup; other names would have to be quoted where a database is made from them.
  if (live.applied.length === 0 || !/^[a-z_][a-z0-9_]{0,62}$/.test(name)) return null
  const { settings } = release
  const equal = await withClient(scratchUrl, (client) =>
    readOnly(client, async () => {
      const history = await toolFor(settings).history(
        { client, url: scratchUrl, environment },
        { settings, release, known: live.applied },
      )
      if (history.join() !== live.applied.join()) return false
      return fingerprintOf(await readCatalog(client, settings)) === live.fingerprint
    }),
  )
  if (!equal || (await isTheSame(scratchUrl, liveUrl))) return null
  return { name, url: scratchUrl, drop: () => Promise.resolve() }
}

/** However the two addresses are written: a lock that one of them holds is seen by the other in the same database only. */
async function isTheSame(one: string, other: string): Promise<boolean> {
  const key = randomInt(2 ** 47)
  return await withClient(one, (first) =>
    readOnly(first, async () => {
      await first.query('select pg_advisory_xact_lock($1::bigint)', [key])
      return await withClient(other, (second) =>
        readOnly(second, async () => {
          const asked = 'select pg_try_advisory_xact_lock($1::bigint) as free'
          const { rows } = await second.query<{ free: boolean }>(asked, [key])
          return rows[0]?.free !== true
        }),
      )
    }),
  )
}
