import { expect, test } from 'vitest'
import type { CalendarAnswer } from '../../src/domain/gate/calendar.ts'
import { type Holds, holdLines } from '../../src/domain/holds.ts'

const since = '2026-01-02T03:04:05.000Z'
const nothing: Holds = { locks: [], freezes: { inForce: [], toCome: [] }, blocked: [], peakHours: null }
const peak: CalendarAnswer = {
  at: '2026-01-02T09:00:00.000Z',
  inside: [{ text: 'mon-fri 09:00-18:00 Europe/Prague', localTime: 'Fri 10:00', localEnd: 'Fri 18:00' }],
  allowedAt: '2026-01-02T17:00:00.000Z',
}

test('whatever stops the next deployment is a line: who, until when, why, and what ends it', () => {
  const freeze = { environment: null, from: since, until: null, reason: 'inventory\nof everything', by: 'ann' }
  const lines = holdLines('production', {
    locks: [
      { kind: 'person', by: 'ann', since, until: '2026-01-03T00:00:00.000Z', reason: 'end of quarter' },
      { kind: 'rollback_failed', by: 'belay', since, until: null, reason: 'rollback of 1.1.0 failed\nswitch back' },
    ],
    freezes: {
      inForce: [freeze],
      toCome: [{ ...freeze, environment: 'production', from: '2026-02-01T00:00:00.000Z', reason: 'sale' }],
    },
    blocked: [{ version: '1.1.0', since, reason: '1.1.0 on production was rolled back to 1.0.0\nerrors 7.9 % > 1 %' }],
    peakHours: peak,
  })
  expect(lines).toEqual([
    'LOCKED by ann (claimed) since 2026-01-02T03:04:05.000Z until 2026-01-03T00:00:00.000Z: end of quarter. Next: belay unlock production',
    'LOCKED by belay since 2026-01-02T03:04:05.000Z until unlocked: rollback of 1.1.0 failed. Next: belay unlock production',
    'FROZEN since 2026-01-02T03:04:05Z by ann (claimed) of all environments until somebody ends it: inventory of everything. Next: belay unfreeze production --all',
    'WILL BE FROZEN from 2026-02-01T00:00Z by ann (claimed) until somebody ends it: sale. Next: belay unfreeze production',
    'PEAK HOURS mon-fri 09:00-18:00 Europe/Prague: there it is Fri 10:00, over at Fri 18:00. Next: belay deploy <version> --env production after 2026-01-02T17:00Z, or with --ignore peak_hours --reason "..."',
    'BLOCKED 1.1.0 since 2026-01-02T03:04:05.000Z: errors 7.9 % > 1 %. Next: belay clear production 1.1.0 --reason "..."',
  ])
})

test('where nothing stops it, nothing is said; hours that are not now are none', () => {
  expect(holdLines('production', nothing)).toEqual([])
  expect(holdLines('production', { ...nothing, peakHours: { ...peak, inside: [] } })).toEqual([])
  const always = { ...peak, inside: [{ text: 'mon-sun 00:00-24:00 UTC', localTime: 'Fri 10:00', localEnd: null }] }
  expect(holdLines('production', { ...nothing, peakHours: { ...always, allowedAt: null } })).toEqual([
    'PEAK HOURS mon-sun 00:00-24:00 UTC: there it is Fri 10:00, over never: every hour of the week is peak. Next: belay deploy <version> --env production, or with --ignore peak_hours --reason "..."',
  ])
})
