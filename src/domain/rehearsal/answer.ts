import type { Rehearsal } from './rehearsal.ts'
import { rehearsalWords } from './words.ts'

/**
 * What a host answers when it is asked to rehearse a release against what is live. `kept`: nothing was run, the same was
 * rehearsed before. `refused`: nothing could be rehearsed, in words; that says nothing about the migrations.
 */
export type RehearsalAnswer =
  | { state: 'rehearsed'; rehearsal: Rehearsal; kept: boolean }
  | { state: 'nothing_pending' }
  | { state: 'refused'; message: string }

/** What was found out about a release's migrations, for the run that deploys it. */
export type Rehearsed = {
  /** Fingerprint of the live catalog it holds for; null: of any, for nothing was pending. */
  live: string | null
  migrations: readonly string[]
  /** The live release works on the migrated schema; null: nobody asked it. */
  oldReleaseWorks: boolean | null
}

export function rehearsedOf(answer: RehearsalAnswer): Rehearsed | null {
  if (answer.state === 'nothing_pending') return { live: null, migrations: [], oldReleaseWorks: null }
  if (answer.state !== 'rehearsed' || answer.rehearsal.binds === null) return null
  const { binds, migrations, oldRelease } = answer.rehearsal
  return {
    live: binds.live,
    migrations: migrations.map(({ name }) => name),
    oldReleaseWorks: oldRelease?.works ?? null,
  }
}

/** Is what is about to be applied, to what, exactly what was rehearsed? `live`: fingerprint of the live catalog, now. */
export function bindsStill(
  { live, migrations }: Rehearsed,
  now: { live: string | null; pending: readonly string[] },
): boolean {
  if (now.pending.length === 0) return true
  return live !== null && live === now.live && migrations.join('\n') === now.pending.join('\n')
}

/** All that is needed to let the migrations through: none broken, and the live release lives with what is said to be additive. */
export function judgeRehearsal(answer: RehearsalAnswer, declaredAdditive: boolean): { ok: boolean; detail: string } {
  if (answer.state === 'nothing_pending') return { ok: true, detail: 'no migration is pending' }
  if (answer.state === 'refused') return { ok: false, detail: `not rehearsed: ${answer.message}` }
  const { rehearsal, kept } = answer
  const unable = declaredAdditive && rehearsal.oldRelease?.works === false
  const ok = isSound(rehearsal) && !unable
  return { ok, detail: rehearsalWords(rehearsal, kept) }
}

/** Everything that is not broken can be undone, or somebody has said that it cannot. */
export function isSound({ migrations }: Pick<Rehearsal, 'migrations'>): boolean {
  return migrations.every(({ verdict }) => verdict !== 'broken')
}
