import { describe, expect, test } from 'vitest'
import { judgePromotion, liveOver, type PromotionFacts } from '../../../src/domain/gate/promotion.ts'

const release = { version: '1.4.0', commit: 'a'.repeat(40) }
const at = '2026-11-26T10:00:00.000Z'
const hourMs = 3_600_000
const nowMs = Date.parse(at) + 2 * hourMs
const facts: PromotionFacts = {
  success: { deployment: 'staging-1', version: '1.4.0', at },
  live: { totalMs: 2 * hourMs, now: true },
  takenOff: null,
  otherCommit: null,
  last: null,
}
const asked = { environment: 'staging', maxAgeMs: null, soakMs: 0, release, nowMs }
const deployThere = 'belay deploy 1.4.0 --env staging'

describe('a SUCCESS elsewhere', () => {
  test('says yes with when, by which run and for how long it was live', () => {
    const detail = 'SUCCESS in staging at 2026-11-26 10:00:00Z (deployment staging-1), live there for 2 h'
    expect(judgePromotion(facts, asked)).toEqual({ ok: true, detail })
  })

  test('counts up to the very millisecond of its age, and by no clock that is behind it', () => {
    const old = (maxAgeMs: number) => judgePromotion(facts, { ...asked, maxAgeMs })
    expect(old(2 * hourMs).ok).toBe(true)
    expect(old(2 * hourMs - 1)).toMatchObject({
      ok: false,
      detail: expect.stringContaining('old, at most'),
      next: deployThere,
    })
    expect(judgePromotion(facts, { ...asked, maxAgeMs: 0, nowMs: Date.parse(at) - hourMs }).ok).toBe(true)
  })

  test('has soaked at the very moment that was named before', () => {
    const early = judgePromotion(facts, { ...asked, soakMs: 3 * hourMs })
    expect(early).toEqual({
      ok: false,
      detail: expect.stringContaining('live there for 2 h of 3 h'),
      allowedAt: new Date(nowMs + hourMs).toISOString(),
    })
    const soaked = (ms: number) =>
      judgePromotion({ ...facts, live: { totalMs: ms, now: true } }, { ...asked, soakMs: 3 * hourMs })
    expect(soaked(3 * hourMs - 1).ok).toBe(false)
    expect(soaked(3 * hourMs).ok).toBe(true)
  })

  test('that was replaced before it had soaked never does: deploy it there again', () => {
    const replaced = judgePromotion({ ...facts, live: { totalMs: 1, now: false } }, { ...asked, soakMs: hourMs })
    expect(replaced).toEqual({
      ok: false,
      detail: expect.stringContaining('then something else took its place'),
      next: deployThere,
    })
  })
})

test.each<[string, Partial<PromotionFacts>, string, string]>([
  ['nothing was ever live', {}, 'has no SUCCESS in staging; nothing has one there', deployThere],
  [
    'another release was',
    { last: { version: '1.3.0', commit: 'b'.repeat(40) } },
    'the last one there is 1.3.0 (bbbbbbbbbbbb)',
    deployThere,
  ],
  [
    'another commit was, under its version',
    { otherCommit: { commit: 'c'.repeat(40), at } },
    '1.4.0 there was another commit, cccccccccccc',
    deployThere,
  ],
  [
    'it was taken off and cleared',
    { takenOff: { at, reason: 'errors 7.9 %\nmore', blocked: false }, otherCommit: { commit: 'c'.repeat(40), at } },
    'was rolled back in staging at 2026-11-26 10:00:00Z: errors 7.9 %',
    deployThere,
  ],
  [
    'it was taken off and is blocked',
    { takenOff: { at, reason: 'errors', blocked: true } },
    'was rolled back in staging',
    `belay clear staging 1.4.0 --reason "...", then ${deployThere}`,
  ],
])('without a SUCCESS, where %s, it says so and what helps', (_, change, words, next) => {
  const found = judgePromotion({ ...facts, success: null, ...change }, asked)
  expect(found).toMatchObject({ ok: false, detail: expect.stringContaining(words), next })
  expect(found.detail).not.toContain('\n')
})

describe('how long a commit was live', () => {
  const turn = (hour: number, commit: string | null) => {
    const time = (minutes: number) => new Date(Date.parse(at) + hour * hourMs + minutes * 60_000).toISOString()
    return { startedAt: time(-10), finishedAt: time(0), commit }
  }
  const live = (...turns: ReturnType<typeof turn>[]) => liveOver(turns, 'ours', nowMs)

  test.each([
    ['counts from its end on', live(turn(0, 'ours')), 2 * hourMs, true],
    ['counts once where it was deployed twice', live(turn(0, 'ours'), turn(1, 'ours')), 2 * hourMs, true],
    ['ends when another begins', live(turn(0, 'ours'), turn(1, 'other'), turn(1.5, 'third')), hourMs - 600_000, false],
    ['ends where nobody knows', live(turn(0, 'ours'), turn(1, null)), hourMs - 600_000, false],
    [
      'goes on when it comes back',
      live(turn(0, 'ours'), turn(1, 'x'), turn(1.5, 'ours')),
      1.5 * hourMs - 600_000,
      true,
    ],
    ['is never less than nothing', live(turn(0, 'ours'), turn(0.1, 'other')), 0, false],
    ['is nothing for what is still to come', live(turn(3, 'ours')), 0, true],
    ['is nothing for another', live(turn(0, 'other')), 0, false],
  ])('%s', (_, found, totalMs, now) => expect(found).toEqual({ totalMs, now }))
})
