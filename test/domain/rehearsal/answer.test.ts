import { describe, expect, it } from 'vitest'
import type { Plan } from '../../../src/domain/plan.ts'
import { bindsStill, judgeRehearsal, type RehearsalAnswer, rehearsedOf } from '../../../src/domain/rehearsal/answer.ts'
import type { Rehearsal, RehearsedMigration } from '../../../src/domain/rehearsal/rehearsal.ts'
import { additiveRefusal, countsAsAdditive } from '../../../src/domain/rollback/additive-review.ts'

const exact: RehearsedMigration = {
  name: '002_nick',
  verdict: 'reversible',
  up: { state: 'ok', durationMs: 1, message: null },
  down: { state: 'exact', durationMs: 1, difference: [], message: null },
  again: { state: 'ok', durationMs: 1, difference: [], message: null },
  seeded: { rows: 3, not: [] },
  loses: [],
  declared: null,
  lock: null,
  rewrites: [],
  warnings: [],
}

const failedDown = { ...exact.down, state: 'failed' as const }
const overTwo = { rows: 2, not: [] }

function answer(migrations: RehearsedMigration[], oldRelease: Rehearsal['oldRelease'] = null): RehearsalAnswer {
  const server = { version: '18.1', major: 18, from: 'given' } as const
  const binds = { files: 'f', live: 'l', serverMajor: 18 }
  return { state: 'rehearsed', rehearsal: { server, built: 'replayed', migrations, oldRelease, binds }, kept: false }
}

const works = { works: true, answers: [{ name: 'sign in', ok: true, detail: '1 rows' }] }
const doesNot = { works: false, answers: [{ name: 'sign in', ok: false, detail: 'no column email' }] }

describe('what a rehearsal lets through', () => {
  it('is what comes back, what says what it loses, and what is declared to have no way back', () => {
    const loses: RehearsedMigration = { ...exact, name: '003_drop', verdict: 'loses', loses: ['users.old'] }
    const declared: RehearsedMigration = {
      ...exact,
      name: '004_merge',
      verdict: 'no_way_back',
      declared: 'merged for good',
    }
    const { ok, detail } = judgeRehearsal(answer([exact, loses, declared]), false)
    expect(ok).toBe(true)
    for (const said of ['002_nick: reversible', '003_drop: reversible, loses users.old', 'declared: merged for good']) {
      expect(detail).toContain(said)
    }
  })

  it('is nothing that is broken, with what differs and nothing else', () => {
    const down = { ...exact.down, state: 'not_restored' as const, difference: ['column users.nick: it is there'] }
    const broken: RehearsedMigration = { ...exact, name: '003_bad', verdict: 'broken', down }
    const { ok, detail } = judgeRehearsal(answer([exact, broken]), false)
    expect(ok).toBe(false)
    expect(detail).toContain('003_bad: broken, back does not restore: column users.nick: it is there')
  })

  it.each([
    ['forth failed: no', { up: { ...exact.up, state: 'failed' as const, message: 'no' } }],
    ['not tried, one before it failed', { up: { ...exact.up, state: 'not_run' as const, message: null } }],
    ['back failed: no', { seeded: { rows: 0, not: [] }, down: { ...failedDown, message: 'no' } }],
    ['back failed over 2 made-up rows: no; 22P02', { seeded: overTwo, down: { ...failedDown, message: 'no; 22P02' } }],
    ['back failed over 2 made-up rows: pq: no', { seeded: overTwo, down: { ...failedDown, message: 'pq: no' } }],
    ['back failed: no; 42703', { seeded: overTwo, down: { ...failedDown, message: 'no; 42703' } }],
    ['there is no way back, and none is declared', { down: { ...exact.down, state: 'none' as const } }],
    ['forth once more failed: no', { again: { ...exact.again, state: 'failed' as const, message: 'no' } }],
    ['forth once more differs: a', { again: { ...exact.again, state: 'differs' as const, difference: ['a'] } }],
  ])('says %s', (said, change) => {
    expect(judgeRehearsal(answer([{ ...exact, verdict: 'broken', ...change }]), false).detail).toContain(said)
  })

  it('is not what is declared additive while the live release cannot live with it', () => {
    expect(judgeRehearsal(answer([exact], doesNot), true)).toMatchObject({
      ok: false,
      detail: expect.stringContaining('the live release does not work on it: sign in: no column email'),
    })
    expect(judgeRehearsal(answer([exact], doesNot), false).ok).toBe(true)
    expect(judgeRehearsal(answer([exact], works), true).ok).toBe(true)
  })

  it('is nothing that could not be rehearsed', () => {
    expect(judgeRehearsal({ state: 'refused', message: 'no server' }, true)).toEqual({
      ok: false,
      detail: 'not rehearsed: no server',
    })
    expect(judgeRehearsal({ state: 'nothing_pending' }, true).ok).toBe(true)
  })
})

describe('additive', () => {
  it('is what is declared, or what the live release has shown of exactly these', () => {
    const shown = rehearsedOf(answer([exact], works))
    expect(countsAsAdditive(['002_nick'], 'none', null)).toBe(false)
    expect(countsAsAdditive(['002_nick'], 'none', shown)).toBe(true)
    expect(countsAsAdditive(['002_nick', '003_more'], 'none', shown)).toBe(false)
    expect(countsAsAdditive(['002_nick'], 'none', rehearsedOf(answer([exact], doesNot)))).toBe(false)
    expect(countsAsAdditive(['002_nick'], 'none', rehearsedOf(answer([exact])))).toBe(false)
    expect(countsAsAdditive(['002_nick'], 'all', null)).toBe(true)
  })

  it('once shown, needs neither one host nor downtime', () => {
    const migrations = {
      tool: 'sql',
      directory: 'm',
      table: 't',
      schema: 'public',
      additive: 'none',
      timeoutMs: 1,
      lockTimeoutMs: 1,
    } as const
    const database = { url: '', migrations, integrity: [], onRollback: 'keep' } as const
    const layout: Plan['layout'] = {
      directory: '/',
      mode: 'worktree',
      roots: [],
      keep: 1,
      build: [],
      buildTimeoutMs: 1,
      processes: [],
      downtime: false,
    }
    const plan = { hosts: ['a', 'b'], layout, database }
    expect(additiveRefusal(plan, ['002_nick'], false)).toContain('let database.rehearsal.old_release show that it can')
    expect(additiveRefusal(plan, ['002_nick'], false, rehearsedOf(answer([exact], works)))).toBeNull()
  })
})

describe('right before the first change', () => {
  const rehearsed = { live: 'l', migrations: ['002_nick', '003_bad'], oldReleaseWorks: true }
  const pending = ['002_nick', '003_bad']

  it('a rehearsal binds for the same migrations on the same live schema, and where nothing is to be applied', () => {
    expect(bindsStill(rehearsed, { live: 'l', pending })).toBe(true)
    expect(bindsStill(rehearsed, { live: 'other', pending: [] })).toBe(true)
  })

  it.each([
    ['another live schema', { live: 'other', pending }],
    ['a live schema nobody has read', { live: null, pending }],
    ['one less, applied by hand meanwhile', { live: 'l', pending: ['003_bad'] }],
    ['one more, reverted by hand meanwhile', { live: 'l', pending: ['001_users', ...pending] }],
    ['another order', { live: 'l', pending: pending.toReversed() }],
    ['a name that looks like two', { live: 'l', pending: ['002_nick,003_bad'] }],
  ])('it is stale with %s', (_, now) => {
    expect(bindsStill(rehearsed, now)).toBe(false)
  })

  it('that nothing was pending holds for nothing that is', () => {
    const nothing = rehearsedOf({ state: 'nothing_pending' })
    expect(nothing && bindsStill(nothing, { live: 'l', pending: [] })).toBe(true)
    expect(nothing && bindsStill(nothing, { live: 'l', pending })).toBe(false)
  })
})
