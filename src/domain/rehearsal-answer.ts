import type { Rehearsal, RehearsedMigration } from './rehearsal.ts'

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
  /** Fingerprint of the live catalog it holds for. */
  live: string
  migrations: readonly string[]
  /** The live release works on the migrated schema; null: nobody asked it. */
  oldReleaseWorks: boolean | null
}

export function rehearsedOf(answer: RehearsalAnswer): Rehearsed | null {
  if (answer.state !== 'rehearsed' || answer.rehearsal.binds === null) return null
  const { binds, migrations, oldRelease } = answer.rehearsal
  return {
    live: binds.live,
    migrations: migrations.map(({ name }) => name),
    oldReleaseWorks: oldRelease?.works ?? null,
  }
}

/** All that is needed to let the migrations through: none broken, and the live release lives with what is said to be additive. */
export function judgeRehearsal(answer: RehearsalAnswer, declaredAdditive: boolean): { ok: boolean; detail: string } {
  if (answer.state === 'nothing_pending') return { ok: true, detail: 'no migration is pending' }
  if (answer.state === 'refused') return { ok: false, detail: `not rehearsed: ${answer.message}` }
  const { migrations, oldRelease } = answer.rehearsal
  const broken = migrations.filter(({ verdict }) => verdict === 'broken')
  const unable = declaredAdditive && oldRelease?.works === false ? [oldReleaseWords(answer)] : []
  const bad = [...broken.map(rehearsedWords), ...unable]
  if (bad.length > 0) return { ok: false, detail: `${bad.join('; ')} (${whereWords(answer)})` }
  const said = [...migrations.map(rehearsedWords), ...(oldRelease ? [oldReleaseWords(answer)] : [])]
  return { ok: true, detail: `${said.join('; ')} (${whereWords(answer)})` }
}

/** `003_nick: broken, column users.nick: not expected, but it is there` */
export function rehearsedWords(migration: RehearsedMigration): string {
  const { name, verdict, loses, declared } = migration
  switch (verdict) {
    case 'reversible':
      return `${name}: reversible`
    case 'loses':
      return `${name}: reversible, loses ${loses.join(', ')}`
    case 'no_way_back':
      return `${name}: no way back (declared: ${declared ?? 'no reason given'})`
    case 'broken':
      return `${name}: broken, ${brokenWords(migration)}`
  }
}

function brokenWords({ up, down, again }: RehearsedMigration): string {
  if (up.state === 'failed') return `forth failed: ${up.message ?? ''}`
  if (up.state === 'not_run') return 'not tried, one before it failed'
  if (down.state === 'failed') return `back failed: ${down.message ?? ''}`
  if (down.state === 'not_restored') return `back does not restore: ${down.difference.join('; ')}`
  if (down.state === 'none')
    return `there is no way back, and none is declared${down.message ? `: ${down.message}` : ''}`
  if (again.state === 'failed') return `forth once more failed: ${again.message ?? ''}`
  return `forth once more differs: ${again.difference.join('; ')}`
}

type Held = Extract<RehearsalAnswer, { state: 'rehearsed' }>

function oldReleaseWords({ rehearsal: { oldRelease } }: Held): string {
  const answers = oldRelease?.answers ?? []
  if (oldRelease?.works === true) return `the live release works on it: ${answers.map(({ name }) => name).join(', ')}`
  const failed = answers.filter(({ ok }) => !ok).map(({ name, detail }) => `${name}: ${detail}`)
  return `the live release does not work on it: ${failed.join('; ')}`
}

function whereWords({ rehearsal: { server, built }, kept }: Held): string {
  return `${kept ? 'rehearsed before ' : ''}on PostgreSQL ${server.version}, ${server.from}, schema ${built}`
}
