import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Rehearsal, ScratchServer } from '../../../src/domain/rehearsal/rehearsal.ts'
import { fingerprintOf, readCatalog } from '../catalog/catalog.ts'
import { DatabaseAway, saying, withClient } from '../client.ts'
import { toolFor } from '../tools/tools.ts'
import { warned } from '../warnings/warned.ts'
import { migrationWarnings } from '../warnings/warnings.ts'
import { NotThere } from './not-there.ts'
import { createObserver } from './observe/observer.ts'
import { askOldRelease } from './old-release.ts'
import type { RehearsalCase } from './rehearse-release.ts'
import { applyAll } from './scratch/apply-all.ts'
import { buildBase } from './scratch/build.ts'
import { type LiveLikeServer, liveLike, type Place } from './scratch/place.ts'
import { restoredBackup } from './scratch/restored.ts'
import { type OpenServer, type ServerSource, withScratchServer } from './scratch/server.ts'
import { UnfitServer } from './scratch/unfit.ts'
import { rehearse } from './walk/rehearse.ts'
import { isOneServer, reachesWholeServer } from './whole-server.ts'

/** The rehearsal itself, on a server that is given or started for it. @throws `NotThere`, `NotBuilt` */
export async function onScratch(source: ServerSource, given: RehearsalCase): Promise<Rehearsal> {
  try {
    const work = async (open: OpenServer) => {
      requireMajor(open.server, given)
      const onLiveServer = 'url' in source && (await isOneServer(source.url, given.world.liveUrl))
      if (onLiveServer) requireOwnDatabaseOnly(given)
      return await rehearseOn(open, { ...given, onLiveServer })
    }
    return await withScratchServer(source, work, given.world.signal)
  } catch (error) {
    if (error instanceof UnfitServer) throw new NotThere(`rehearsal.url: ${error.message}; or leave rehearsal.url out`)
    if (!(error instanceof DatabaseAway) || !('url' in source)) throw error
    throw new NotThere(`rehearsal.url: ${saying(error, source.url)}; start that server, or leave rehearsal.url out`)
  }
}

/** Another major may do otherwise what this one does: evidence of nothing. A person who only asks is told which it was. */
function requireMajor(server: ScratchServer, { live, order }: RehearsalCase): void {
  if (server.major === live.server.major) return
  if (server.from === 'embedded' && order.for === 'command') return
  const whose = server.from === 'embedded' ? "Belay's own server" : 'rehearsal.url'
  throw new NotThere(
    `expected a server of PostgreSQL ${live.server.major}, as the live one is, got ${whose} with ${server.version}; name one of that major in database.rehearsal.url`,
  )
}

/** Roles and settings of the server are the live database's too. */
function requireOwnDatabaseOnly({ pending }: RehearsalCase): void {
  const reaching = reachesWholeServer(pending)
  if (reaching === null) return
  throw new NotThere(
    `rehearsal.url: expected another server than the live one, which ${reaching} would change; name one, or leave rehearsal.url out`,
  )
}

type PlacedCase = RehearsalCase & { onLiveServer: boolean }

async function rehearseOn(open: OpenServer, given: PlacedCase): Promise<Rehearsal> {
  const { order, world, live, release, pending, binds } = given
  const server = liveLike(open, live)
  const { base, built } = await baseOf(server, given)
  await loadData(base, given)
  const warnings = await migrationWarnings(release, pending)
  const walked = await rehearse({
    server,
    tool: toolFor(order.settings),
    release,
    pending: pending.map(({ name }) => name),
    base,
    environment: world.environment,
    afterFailedUp: 'stop',
    observer: createObserver(order.settings),
  })
  const migrations = walked.map((migration) => warned(migration, warnings))
  const forward = migrations.every(({ up }) => up.state === 'ok')
  const oldRelease = forward ? await oldReleaseOn(server, base, given) : null
  return { server: open.server, built, migrations, oldRelease, binds }
}

async function baseOf(
  server: LiveLikeServer,
  { order, world, live, release, known, onLiveServer }: PlacedCase,
): Promise<{ base: Place; built: Rehearsal['built'] }> {
  const { scratchUrl, liveUrl, environment } = world
  const { directory } = order
  const backup = scratchUrl === null ? null : await restoredBackup(scratchUrl, { live, liveUrl, release, environment })
  if (!backup) return await buildBase(server, { directory, release, live, known, liveUrl, onLiveServer, environment })
  const what = `a copy of ${backup.name}, which equals the live database`
  return { base: await notThere(what, scratchUrl, () => server.create(backup)), built: 'copied' }
}

/** Rows of the release's own, so that the pending migrations meet some. They must leave the schema as it is. */
async function loadData(base: Place, { order, live, release }: RehearsalCase): Promise<void> {
  const { data, settings } = order
  if (data === null) return
  const text = await readFile(join(release.releaseDirectory, data), 'utf8')
  await withClient(base.url, async (client) => {
    await client.query(text).catch((error: unknown) => {
      throw new NotThere(`rehearsal.data: ${data} on the schema that is live: ${saying(error, base.url)}`)
    })
    await client.query('reset all')
    if (fingerprintOf(await readCatalog(client, settings)) === live.fingerprint) return
    throw new NotThere(`rehearsal.data: expected rows and nothing else in ${data}, but it changes the schema`)
  })
}

async function oldReleaseOn(
  server: LiveLikeServer,
  base: Place,
  { order, world, release, pending }: RehearsalCase,
): Promise<Rehearsal['oldRelease']> {
  const { oldRelease, timeoutMs } = order
  if (oldRelease.queries.length === 0 && oldRelease.command === null) return null
  const { environment } = world
  const place = await server.create(base)
  await applyAll(place.url, { sources: pending.map((file) => ({ release, file })), environment })
  return await askOldRelease(place.url, { oldRelease, statementMs: timeoutMs, environment })
}

async function notThere<T>(what: string, url: string | null, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw new NotThere(`${what}: ${saying(error, url ?? '')}`)
  }
}
