import type { KnownRehearsal, LookedAtRehearsals, Stale } from '../../../src/domain/preview/known-migrations.ts'
import { verdictWords } from '../../../src/domain/rehearsal/words.ts'
import { readJson } from '../../disk/atomic.ts'
import { hostPaths } from '../../host/paths.ts'
import { parseRecords } from '../../host/state-files.ts'
import { fingerprintOf, readCatalog } from '../catalog/catalog.ts'
import { readNotes } from '../notes.ts'
import type { MigrationFile, MigrationSettings, Target } from '../tools/tool.ts'
import { toolFor } from '../tools/tools.ts'
import { bindingFiles, type KeptRehearsal, keptRehearsals } from './evidence.ts'
import { readOnly, serverVersion } from './scratch/live.ts'

type Asked = {
  /** The host's. */
  directory: string
  settings: MigrationSettings
  /** Every migration of the release. */
  files: readonly NamedFile[]
  /** As the gate would show it now; `data` undefined: nobody has read the rows. */
  beside: { data: string | null | undefined; oldRelease: string | null }
}

type NamedFile = Pick<MigrationFile, 'name' | 'bytes'>

/** Which of these migrations are pending, and what is kept of rehearsals of them. Reads only; runs nothing of the release. */
export async function lookAtRehearsals(target: Target, asked: Asked): Promise<LookedAtRehearsals> {
  const { directory, files } = asked
  const live = await readNow(target, asked)
  const pending = files.filter(({ name }) => !live.applied.includes(name))
  const kept = pending.length === 0 ? [] : await keptRehearsals(directory)
  const exact = latest(
    kept.filter((one) => isOf(one, pending)),
    live,
  )
  return {
    state: 'looked',
    pending: pending.map(({ name }) => ({ name, ...knownOf(name, { exact, kept, live }) })),
  }
}

type LiveNow = { applied: readonly string[]; fingerprint: string; major: number; beside: Asked['beside'] }

/** Names of the record first: what was applied keeps the name it was applied under. */
async function readNow(target: Target, { directory, settings, files, beside }: Asked): Promise<LiveNow> {
  const records = await readJson(hostPaths(directory).records, parseRecords)
  const remembered = [...(records?.[0]?.migrations ?? []), ...(await readNotes(directory)), ...files]
  const known = remembered.map(({ name }) => name)
  const { client } = target
  return await readOnly(client, async () => ({
    applied: await toolFor(settings).history(target, { settings, release: null, known }),
    fingerprint: fingerprintOf(await readCatalog(client, settings)),
    major: (await serverVersion(client)).major,
    beside,
  }))
}

/** Of exactly these files, in whatever order they were walked. */
function isOf({ migrations, binds }: KeptRehearsal, pending: readonly NamedFile[]): boolean {
  const walked = migrations.flatMap(({ name }) => pending.find((file) => file.name === name) ?? [])
  if (walked.length !== pending.length || migrations.length !== pending.length) return false
  return bindingFiles(walked) === binds?.files
}

/** One that still is evidence before one that is not; they come newest first. */
function latest(kept: readonly KeptRehearsal[], live: LiveNow): KeptRehearsal | null {
  return kept.find((one) => staleOf(one, live).length === 0) ?? kept[0] ?? null
}

function staleOf({ binds, server, also }: KeptRehearsal, live: LiveNow): Stale[] {
  const { data, oldRelease } = live.beside
  return [
    ...(binds?.live === live.fingerprint ? [] : ['live' as const]),
    ...(server.major === live.major ? [] : ['server' as const]),
    ...(also === null || data === undefined || also.data === data ? [] : ['data' as const]),
    ...(also === null || also.oldRelease === oldRelease ? [] : ['old_release' as const]),
  ]
}

function knownOf(
  name: string,
  { exact, kept, live }: { exact: KeptRehearsal | null; kept: readonly KeptRehearsal[]; live: LiveNow },
): Pick<Extract<LookedAtRehearsals, { state: 'looked' }>['pending'][number], 'rehearsal' | 'warnings'> {
  const found = exact ?? kept.find(({ migrations }) => migrations.some((one) => one.name === name))
  const migration = found?.migrations.find((one) => one.name === name)
  if (!found || !migration) return { rehearsal: null, warnings: null }
  const { verdict, up, rewrites, warnings } = migration
  const rehearsal: KnownRehearsal = {
    at: found.rehearsedAt,
    server: found.server.version,
    stale: exact ? staleOf(exact, live) : ['files'],
    verdict,
    words: verdictWords(migration),
    durationMs: up.state === 'not_run' ? null : up.durationMs,
    lock: migration.lock,
    rewrites: rewrites.slice(0, 10),
    oldReleaseWorks: found.oldRelease?.works ?? null,
  }
  return { rehearsal, warnings: exact ? warnings.slice(0, mostWarnings) : null }
}

/** As many as of a rehearsal reach a history. */
const mostWarnings = 20
