import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { canonicalJson } from '../../../src/domain/canonical-json.ts'
import { isRecord } from '../../../src/domain/is-record.ts'
import { isSound } from '../../../src/domain/rehearsal/answer.ts'
import type { Rehearsal, RehearsalBinding } from '../../../src/domain/rehearsal/rehearsal.ts'
import { readJson, removeFile, writeJson } from '../../disk/atomic.ts'
import { sha256Of, sha256OfData } from '../../disk/sha256.ts'
import { hostPaths } from '../../host/paths.ts'
import { sha256 } from '../tools/migration-directory.ts'
import type { MigrationFile } from '../tools/tool.ts'
import { parseRehearsal } from './answer-schema.ts'
import type { RehearsalOrder } from './order.ts'

/** Of these files in this order: all their bytes count. */
export function bindingFiles(pending: readonly Pick<MigrationFile, 'name' | 'bytes'>[]): string {
  return sha256(...pending.flatMap(({ name, bytes }) => [name, bytes]))
}

/** What else is shown beside the migrations, by its hash: rows that are given, questions to the old release. null: none. */
export type AlsoShown = { data: string | null; oldRelease: string | null }

/** Of the old release as it is asked: its own directory counts only where something is asked of it. */
export function alsoShown(data: string | null, oldRelease: RehearsalOrder['oldRelease']): AlsoShown {
  const isAsked = oldRelease.queries.length > 0 || oldRelease.command !== null
  return { data: data === null ? null : sha256Of(data), oldRelease: isAsked ? sha256OfData(oldRelease) : null }
}

/**
 * The same rehearsal as one that was held: same files, same live schema, same major, and the same shown beside them. null:
 * none is kept.
 */
export async function keptEvidence(
  directory: string,
  binds: RehearsalBinding,
  also: AlsoShown,
): Promise<Rehearsal | null> {
  // One that another version of Belay wrote, or that is damaged, is no evidence.
  const kept = await readJson(evidenceFile(directory, binds, also), parseRehearsal).catch(() => null)
  return kept && canonicalJson(kept.binds) === canonicalJson(binds) && letsThrough(kept) ? kept : null
}

/** Only what lets migrations through: what was found broken may have been the scratch server's fault. */
function letsThrough(rehearsal: Rehearsal): boolean {
  const { binds, server, oldRelease } = rehearsal
  return server.major === binds?.serverMajor && isSound(rehearsal) && oldRelease?.works !== false
}

/**
 * What came of it, for whoever looks; whether it is evidence is decided when it is read. Again: the same, with the later
 * time. The oldest of too many go.
 */
export async function keepRehearsal(
  directory: string,
  rehearsal: Rehearsal,
  { also, at }: { also: AlsoShown; at: Date },
): Promise<void> {
  if (rehearsal.binds === null) return
  const kept = { ...rehearsal, also, rehearsedAt: at.toISOString() }
  await writeJson(evidenceFile(directory, rehearsal.binds, also), kept)
  for (const path of (await newestFirst(directory)).slice(mostKept)) await removeFile(path)
}

/** A few kilobytes each; a release is rehearsed a handful of times, and nobody deploys what was rehearsed so long ago. */
export const mostKept = 200

/** `rehearsedAt`: RFC 3339, UTC. Each null where an earlier version of Belay kept it, which did not note it. */
export type KeptRehearsal = Rehearsal & { rehearsedAt: string | null; also: AlsoShown | null }

/** The latest that are kept, newest first; damaged ones are none. */
export async function keptRehearsals(directory: string): Promise<KeptRehearsal[]> {
  const latest = (await newestFirst(directory)).slice(0, mostRead)
  const read = latest.map((path) => readJson(path, parseKept).catch(() => null))
  return (await Promise.all(read)).filter((kept) => kept !== null)
}

/** Absolute. One that another rehearsal takes away meanwhile is not there. */
async function newestFirst(directory: string): Promise<string[]> {
  const place = rehearsalsDirectory(directory)
  const names = (await readdir(place).catch(() => [])).filter((name) => /^[0-9a-f]{64}\.json$/.test(name))
  const files = names.map(async (name) => {
    const path = join(place, name)
    return {
      path,
      ms: await stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    }
  })
  return (await Promise.all(files)).toSorted((a, b) => b.ms - a.ms).map(({ path }) => path)
}

/** Reading them is a part of every `belay plan`, and what is older was rehearsed for other releases. */
const mostRead = 30

function parseKept(value: unknown): KeptRehearsal {
  const { rehearsedAt, also } = isRecord(value) ? value : {}
  const shown = alsoSchema.safeParse(also)
  return {
    ...parseRehearsal(value),
    rehearsedAt: typeof rehearsedAt === 'string' ? rehearsedAt : null,
    also: shown.success ? shown.data : null,
  }
}

const alsoSchema = z.object({
  data: z.string().nullable(),
  oldRelease: z.string().nullable(),
}) satisfies z.ZodType<AlsoShown>

function evidenceFile(directory: string, binds: RehearsalBinding, also: AlsoShown): string {
  const hash = sha256OfData({ binds, also })
  return join(rehearsalsDirectory(directory), `${hash}.json`)
}

function rehearsalsDirectory(directory: string): string {
  return join(hostPaths(directory).state, 'rehearsals')
}
