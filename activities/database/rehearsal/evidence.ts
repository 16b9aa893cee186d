import { createHash } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { canonicalJson } from '../../../src/domain/canonical-json.ts'
import { isSound } from '../../../src/domain/rehearsal/answer.ts'
import type { Rehearsal, RehearsalBinding } from '../../../src/domain/rehearsal/rehearsal.ts'
import { readJson, writeJson } from '../../disk/atomic.ts'
import { hostPaths } from '../../host/paths.ts'
import { sha256 } from '../tools/migration-directory.ts'
import type { MigrationFile } from '../tools/tool.ts'
import { parseRehearsal } from './answer-schema.ts'

/** Of these files in this order: all their bytes count. */
export function bindingFiles(pending: readonly Pick<MigrationFile, 'name' | 'bytes'>[]): string {
  return sha256(...pending.flatMap(({ name, bytes }) => [name, bytes]))
}

/**
 * The same rehearsal as one that was held: same files, same live schema, same major. `asked`: what else was to be shown
 * (rows, queries of the old release); without it, it is another one. null: none is kept.
 */
export async function keptEvidence(
  directory: string,
  binds: RehearsalBinding,
  asked: unknown,
): Promise<Rehearsal | null> {
  // One that another version of Belay wrote, or that is damaged, is no evidence.
  const kept = await readJson(evidenceFile(directory, binds, asked), parseRehearsal).catch(() => null)
  return kept && canonicalJson(kept.binds) === canonicalJson(binds) && letsThrough(kept) ? kept : null
}

/** Only what lets migrations through: what was found broken may have been the scratch server's fault. */
function letsThrough(rehearsal: Rehearsal): boolean {
  const { binds, server, oldRelease } = rehearsal
  return server.major === binds?.serverMajor && isSound(rehearsal) && oldRelease?.works !== false
}

/** What came of it, for whoever looks; whether it is evidence is decided when it is read. Again: the same, with the later time. */
export async function keepRehearsal(
  directory: string,
  rehearsal: Rehearsal,
  { asked, at }: { asked: unknown; at: Date },
): Promise<void> {
  if (rehearsal.binds === null) return
  const kept = { ...rehearsal, rehearsedAt: at.toISOString() }
  await writeJson(evidenceFile(directory, rehearsal.binds, asked), kept)
}

/** RFC 3339, UTC; null: an earlier version of Belay kept it, which noted no time. */
export type KeptRehearsal = Rehearsal & { rehearsedAt: string | null }

/** The latest that are kept, newest first; damaged ones are none. */
export async function keptRehearsals(directory: string): Promise<KeptRehearsal[]> {
  const place = rehearsalsDirectory(directory)
  const names = (await readdir(place).catch(() => [])).filter((name) => /^[0-9a-f]{64}\.json$/.test(name))
  const files = await Promise.all(names.map(async (name) => ({ name, ms: (await stat(join(place, name))).mtimeMs })))
  const latest = files.toSorted((a, b) => b.ms - a.ms).slice(0, mostKept)
  const read = latest.map(({ name }) => readJson(join(place, name), parseKept).catch(() => null))
  return (await Promise.all(read)).filter((kept) => kept !== null)
}

/** Reading them is a part of every `belay plan`, and what is older was rehearsed for other releases. */
const mostKept = 30

function parseKept(value: unknown): KeptRehearsal {
  const at = typeof value === 'object' && value !== null && 'rehearsedAt' in value ? value.rehearsedAt : null
  return { ...parseRehearsal(value), rehearsedAt: typeof at === 'string' ? at : null }
}

function evidenceFile(directory: string, binds: RehearsalBinding, asked: unknown): string {
  const hash = createHash('sha256').update(canonicalJson({ binds, asked })).digest('hex')
  return join(rehearsalsDirectory(directory), `${hash}.json`)
}

function rehearsalsDirectory(directory: string): string {
  return join(hostPaths(directory).state, 'rehearsals')
}
