import { createHash } from 'node:crypto'
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
export function bindingFiles(pending: readonly MigrationFile[]): string {
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
  return kept && canonicalJson(kept.binds) === canonicalJson(binds) ? kept : null
}

/** Only what lets migrations through is kept: what was found broken may have been the scratch server's fault. */
export async function keepEvidence(directory: string, rehearsal: Rehearsal, asked: unknown): Promise<void> {
  const { binds, server } = rehearsal
  if (binds === null || server.major !== binds.serverMajor) return
  if (!isSound(rehearsal) || rehearsal.oldRelease?.works === false) return
  await writeJson(evidenceFile(directory, binds, asked), rehearsal)
}

function evidenceFile(directory: string, binds: RehearsalBinding, asked: unknown): string {
  const hash = createHash('sha256').update(canonicalJson({ binds, asked })).digest('hex')
  return join(hostPaths(directory).state, 'rehearsals', `${hash}.json`)
}
