import { type Catalog, diffCatalogs } from '../../../../src/domain/catalog/catalog.ts'
import type { AppliedMigration } from '../../../../src/domain/host.ts'
import { inShort } from '../../../../src/domain/in-short.ts'
import type { EnvironmentVariables } from '../../../../src/domain/reference.ts'
import type { Rehearsal } from '../../../../src/domain/rehearsal/rehearsal.ts'
import { fingerprintOf, readCatalog } from '../../catalog/catalog.ts'
import { saying, withClient } from '../../client.ts'
import type { Release } from '../../tools/tool.ts'
import { toolFor } from '../../tools/tools.ts'
import { reachesWholeServer } from '../whole-server.ts'
import { dumpInto, pgDumpFor } from './dump.ts'
import type { Live } from './live.ts'
import type { LiveLikeServer, Place } from './place.ts'
import { replay } from './replay.ts'

export type BuildOrder = {
  /** The host's. */
  directory: string
  /** The release that is rehearsed. */
  release: Release
  live: Live
  /** What the host's record says of who applied what. */
  known: readonly AppliedMigration[]
  liveUrl: string
  /** The scratch databases are on the live one's server: what reaches beyond a database must not run there. */
  onLiveServer: boolean
  environment: EnvironmentVariables
}

/**
 * A scratch database that is what the live one is, and to which nobody is connected: the applied migrations again, else a
 * dump of the schema by the server's own major. Good only if its catalog and its history equal the live ones.
 * @throws `NotBuilt` saying what differs, and what to do
 */
export async function buildBase(
  server: LiveLikeServer,
  order: BuildOrder,
): Promise<{ base: Place; built: Rehearsal['built'] }> {
  const problems: string[] = []
  for (const [built, fill] of [
    ['replayed', byReplay],
    ['dumped', byDump],
  ] as const) {
    const base = await server.create()
    const problem = await problemOf(base, order, fill)
    if (problem === null) return { base, built }
    problems.push(problem)
    await base.drop()
  }
  throw new NotBuilt(problems)
}

/** Nothing was rehearsed, because no scratch database came to what is live. */
export class NotBuilt extends Error {
  override readonly name = 'NotBuilt'
  constructor(problems: readonly string[]) {
    super(
      `expected a scratch database equal to the live one, got none: ${problems.join('; ')}. What no migration made must become one, or be undone; or install pg_dump of the server's major on this host`,
    )
  }
}

type Fill = (place: Place, order: BuildOrder) => Promise<void>

const byReplay: Fill = async (place, { directory, release, live, known, onLiveServer, environment }) => {
  const reaching = onLiveServer ? reachesWholeServer(live.files) : null
  if (reaching !== null) throw new Error(`${reaching} is not run again on the live server`)
  await replay(place.url, { directory, release, live, known, environment })
}

const byDump: Fill = async (place, { live, liveUrl, release, environment }) => {
  const program = await pgDumpFor(live.server.major, environment)
  if (program === null) throw new Error(`no pg_dump of PostgreSQL ${live.server.major} here`)
  await dumpInto(place.admin, program, { liveUrl, live, settings: release.settings, environment })
}

/** In words; null: it is what is live. */
async function problemOf(place: Place, order: BuildOrder, fill: Fill): Promise<string | null> {
  const how = fill === byReplay ? 'the applied migrations run again' : 'a dump of the live schema'
  try {
    await fill(place, order)
  } catch (error) {
    return `${how}: ${shown(saying(new Error(saying(error, order.liveUrl)), place.url))}`
  }
  const differences = await differencesOf(place, order)
  return differences.length === 0 ? null : `compared with ${how}, the live database has ${differences.join('; ')}`
}

/** What the live one has otherwise. */
async function differencesOf(place: Place, { live, release, environment }: BuildOrder): Promise<string[]> {
  const { settings } = release
  return await withClient(place.url, async (client) => {
    const target = { client, url: place.url, environment }
    const history = await toolFor(settings).history(target, { settings, release, known: live.applied })
    const catalog = await readCatalog(client, settings)
    const missing = live.applied.filter((name) => !history.includes(name))
    return [
      ...(missing.length === 0 ? [] : [`not in its history: ${missing.join(', ')}`]),
      ...(fingerprintOf(catalog) === live.fingerprint ? [] : schemaDifferences(catalog, live.catalog)),
    ]
  })
}

/** Never empty: another fingerprint is a difference, whatever words there are for it. */
function schemaDifferences(built: Catalog, live: Catalog): string[] {
  const lines = inShort(diffCatalogs(built, live))
  return lines.length === 0 ? ['the catalog differs'] : lines.map(shown)
}

function shown(text: string): string {
  return text.replaceAll(/\s+/g, ' ').slice(0, 300)
}
