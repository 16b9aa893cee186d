import { describe, expect, test } from 'vitest'
import { judgeDrill, type LastDrill } from '../../../src/domain/gate/last-drill.ts'

const day = 24 * 3_600_000
const nowMs = Date.parse('2024-01-15T12:00:00.000Z')
const demand = { environment: 'staging', withinMs: 7 * day }
const good: LastDrill = {
  deployment: '1.3.0-abc',
  version: '1.3.0',
  outcome: 'ROLLED_BACK',
  wayBackMs: 14_200,
  finishedAt: '2024-01-13T11:00:00.000Z',
  sentence: 'drill of 1.3.0 on staging: way back proven in 14 s',
}
const judged = (last: LastDrill | null, asked = demand) => judgeDrill(last, asked, { version: '1.3.0', nowMs })

describe('what the last drill of a commit says at the gate', () => {
  test('proven and young enough', () => {
    expect(judged(good)).toEqual({
      ok: true,
      detail: 'way back proven: 14 s, 2 days ago in staging (1.3.0-abc)',
      next: null,
    })
  })

  test.each<[string, LastDrill | null, RegExp]>([
    ['none', null, /expected a drill of 1\.3\.0 in staging, found none of this commit/],
    ['too old', { ...good, finishedAt: '2024-01-08T11:59:59.999Z' }, /at most 7 days ago, the last one was 7 days ago/],
    [
      'did not come back',
      { ...good, outcome: 'ROLLBACK_FAILED', wayBackMs: null, sentence: 'drill: half way\nstart failed\nNext: x' },
      /the last drill of 1\.3\.0 in staging did not prove the way back: start failed \(1\.3\.0-abc\)/,
    ],
    [
      'came back, not proven',
      { ...good, wayBackMs: null, sentence: 'drill: back\nNext: x' },
      /way back: drill: back \(/,
    ],
  ])('%s: refused, with the drill to hold', (_, last, detail) => {
    const said = judged(last)
    expect(said).toMatchObject({ ok: false, next: 'belay drill staging --release 1.3.0' })
    expect(said.detail).toMatch(detail)
  })

  test('one that has not ended is no answer yet; a terminated one stays open until somebody rolls back', () => {
    const open = { ...good, outcome: null, wayBackMs: null, finishedAt: null, sentence: null }
    expect(judged(open)).toMatchObject({
      ok: false,
      next: 'belay watch staging; if it was terminated: belay rollback staging, then belay drill staging --release 1.3.0',
    })
  })

  test.each([
    ['2024-01-14T12:00:00.000Z', '1 day ago'],
    ['2024-01-14T12:00:00.001Z', '23 h ago'],
    ['2024-01-15T11:00:00.000Z', '1 h ago'],
    ['2024-01-15T11:00:00.001Z', '59 min ago'],
    ['2024-01-15T11:59:00.000Z', '1 min ago'],
    ['2024-01-15T11:59:20.000Z', '40 s ago'],
  ])('of %s it was %s', (finishedAt, ago) => {
    expect(judged({ ...good, finishedAt }).detail).toContain(`, ${ago} in staging`)
  })

  test('exactly as old as it may be is young enough; clocks that differ make no age below nothing', () => {
    expect(judged({ ...good, finishedAt: '2024-01-08T12:00:00.000Z' }).ok).toBe(true)
    expect(judged({ ...good, finishedAt: '2024-01-15T12:00:05.000Z' }).detail).toContain('0 ms ago')
  })
})
