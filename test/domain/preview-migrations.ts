import type { KnownMigration, KnownMigrations, KnownRehearsal } from '../../src/domain/preview/known-migrations.ts'
import type { MigrationWarning } from '../../src/domain/rehearsal/rehearsal.ts'

const proof: KnownRehearsal = {
  at: '2026-01-01T21:10:00.000Z',
  server: '18.1',
  stale: [],
  verdict: 'reversible',
  words: 'reversible',
  durationMs: 12,
  lock: null,
  rewrites: [],
  oldReleaseWorks: null,
}

/** Every verdict of a rehearsal that still is evidence. */
export const rehearsedMigrations: KnownMigrations = {
  unknown: null,
  silent: null,
  pending: [
    known('0042_trial_period', { lock: { mode: 'ACCESS EXCLUSIVE', on: 'plans' } }),
    known('0043_trial_mails', {
      verdict: 'loses',
      words: 'reversible, loses users.fax: dropped by the migration itself',
      durationMs: 2_400,
      lock: { mode: 'ACCESS EXCLUSIVE', on: 'users' },
      rewrites: ['users'],
    }),
    known('0044_no_more_fax', { verdict: 'no_way_back', words: 'no way back (declared: the provider is gone)' }),
    known('0045_typo', {
      verdict: 'broken',
      words: 'broken, back does not restore: column users.nick: not expected, but it is there',
    }),
  ].map(({ name, rehearsal }, at) => ({
    name,
    rehearsal: rehearsal && { ...rehearsal, oldReleaseWorks: true },
    warnings: at === 1 ? warnings('0043_trial_mails.up.sql', 7) : [],
  })),
}

/** Nothing that counts: stale in each way, never rehearsed, and a time that nobody noted. */
export const unprovenMigrations: KnownMigrations = {
  unknown: null,
  silent: 'no squawk for plan9-mips: nothing is said of locks by reading',
  pending: [
    known('0042_trial_period', { stale: ['live'] }),
    known('0043_trial_mails', { stale: ['live', 'server'], server: '17.4', at: null }),
    known('0044_no_more_fax', { stale: ['files'], oldReleaseWorks: false }),
    { name: '0045_typo', rehearsal: null, warnings: warnings('0045_typo.down.sql', 1) },
  ],
}

export const unlookedMigrations: KnownMigrations = {
  unknown: 'the database does not answer (ECONNREFUSED)',
  silent: null,
  pending: [{ name: '0042_trial_period', rehearsal: null, warnings: [] }],
}

/** More than anybody reads at once, and the last of them is broken. */
export const manyMigrations: KnownMigrations = {
  unknown: null,
  silent: null,
  pending: Array.from({ length: 30 }, (_, at) =>
    known(`${1_000 + at}_step`, at === 29 ? { verdict: 'broken', words: 'broken, forth failed: no such table' } : {}),
  ),
}

function known(name: string, more: Partial<KnownRehearsal>): KnownMigration {
  return { name, rehearsal: { ...proof, ...more }, warnings: [] }
}

function warnings(file: string, many: number): MigrationWarning[] {
  return Array.from({ length: many }, (_, at) => ({
    way: file.includes('.up.') ? 'up' : 'down',
    file,
    line: at + 1,
    rule: at === 0 ? 'dropped-column' : 'adding-required-field',
    message: at === 0 ? 'users.fax is dropped with its values.' : 'A new column is NOT NULL. Give it a default first.',
    from: at === 0 ? 'belay' : 'squawk',
  }))
}
