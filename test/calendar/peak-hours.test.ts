import { afterAll, describe, expect, test } from 'vitest'
import { createCalendarActivities } from '../../activities/calendar/activities.ts'
import { type PeakHours, parsePeakHours } from '../../src/domain/gate/peak-hours.ts'

type Case = [what: string, windows: string[], at: string, inside: boolean, allowedAt: string | null]

const prague = 'sun 01:00-02:30 Europe/Prague'

/** 2026-03-29 and 2026-10-25 are the nights on which Prague changes its clocks, at 01:00 UTC. */
const cases: Case[] = [
  ['before the window', ['mon-fri 09:00-18:00 Europe/Prague'], '2026-11-26T07:59:59.999Z', false, null],
  [
    'its first instant',
    ['mon-fri 09:00-18:00 Europe/Prague'],
    '2026-11-26T08:00:00Z',
    true,
    '2026-11-26T17:00:00.000Z',
  ],
  [
    'within a minute of it',
    ['mon-fri 09:00-18:00 Europe/Prague'],
    '2026-11-26T16:59:31.5Z',
    true,
    '2026-11-26T17:00:00.000Z',
  ],
  ['its end is outside', ['mon-fri 09:00-18:00 Europe/Prague'], '2026-11-26T17:00:00Z', false, null],
  [
    'the same hours in summer are others in UTC',
    ['mon-fri 09:00-18:00 Europe/Prague'],
    '2026-07-02T07:00:00Z',
    true,
    '2026-07-02T16:00:00.000Z',
  ],
  ['another day of the week', ['mon-fri 09:00-18:00 Europe/Prague'], '2026-11-28T12:00:00Z', false, null],
  [
    'the day of the zone, not of UTC',
    ['fri 00:00-06:00 Asia/Tokyo'],
    '2026-11-26T16:00:00Z',
    true,
    '2026-11-26T21:00:00.000Z',
  ],
  [
    'half an hour beside the others',
    ['thu 09:00-18:00 Asia/Kolkata'],
    '2026-11-26T03:30:00Z',
    true,
    '2026-11-26T12:30:00.000Z',
  ],
  ['a moment before it there', ['thu 09:00-18:00 Asia/Kolkata'], '2026-11-26T03:29:59Z', false, null],
  [
    'three quarters of an hour',
    ['thu 09:00-18:00 Asia/Kathmandu'],
    '2026-11-26T03:15:00Z',
    true,
    '2026-11-26T12:15:00.000Z',
  ],
  [
    'a zone whose summer is half an hour',
    ['sun 01:00-03:00 Australia/Lord_Howe'],
    '2026-04-04T15:15:00Z',
    true,
    '2026-04-04T16:30:00.000Z',
  ],
  [
    'two that touch are one',
    ['thu 09:00-12:00 UTC', 'thu 12:00-14:00 UTC'],
    '2026-11-26T10:00:00Z',
    true,
    '2026-11-26T14:00:00.000Z',
  ],
  [
    'two that overlap are one',
    ['thu 09:00-12:00 UTC', 'thu 11:00-14:00 UTC'],
    '2026-11-26T10:00:00Z',
    true,
    '2026-11-26T14:00:00.000Z',
  ],
  [
    'two in two zones that overlap',
    ['thu 09:00-18:00 Europe/Prague', 'thu 09:00-18:00 America/New_York'],
    '2026-11-26T09:00:00Z',
    true,
    '2026-11-26T23:00:00.000Z',
  ],
  [
    'a gap between two is open',
    ['thu 09:00-12:00 UTC', 'thu 12:01-14:00 UTC'],
    '2026-11-26T10:00:00Z',
    true,
    '2026-11-26T12:00:00.000Z',
  ],
  [
    'over midnight, written as two',
    ['thu 22:00-24:00 UTC', 'fri 00:00-06:00 UTC'],
    '2026-11-26T23:00:00Z',
    true,
    '2026-11-27T06:00:00.000Z',
  ],
  [
    'over the end of the week',
    ['sun 22:00-24:00 UTC', 'mon 00:00-06:00 UTC'],
    '2026-11-29T23:30:00Z',
    true,
    '2026-11-30T06:00:00.000Z',
  ],
  [
    'every hour but one minute of the week',
    ['mon-sat 00:00-24:00 UTC', 'sun 00:00-23:59 UTC'],
    '2026-11-23T00:00:00Z',
    true,
    '2026-11-29T23:59:00.000Z',
  ],
  ['spring: inside before the gap, which ends it', [prague], '2026-03-29T00:30:00Z', true, '2026-03-29T01:00:00.000Z'],
  ['spring: after the gap the clock says 03:00', [prague], '2026-03-29T01:00:00Z', false, null],
  [
    'spring: a window of the hour that is skipped never comes',
    ['sun 02:00-03:00 Europe/Prague'],
    '2026-03-29T00:59:59Z',
    false,
    null,
  ],
  ['spring: nor does it begin at its end', ['sun 02:00-03:00 Europe/Prague'], '2026-03-29T01:00:00Z', false, null],
  [
    'spring: one across the gap is an hour shorter',
    ['sun 01:00-06:00 Europe/Prague'],
    '2026-03-29T00:00:00Z',
    true,
    '2026-03-29T04:00:00.000Z',
  ],
  ['autumn: the clock is in it for the first time', [prague], '2026-10-25T00:15:00Z', true, '2026-10-25T00:30:00.000Z'],
  ['autumn: past its end, before the hour comes again', [prague], '2026-10-25T00:45:00Z', false, null],
  ['autumn: in it for the second time', [prague], '2026-10-25T01:15:00Z', true, '2026-10-25T01:30:00.000Z'],
  [
    'autumn: the hour that comes twice is peak twice',
    ['sun 02:00-03:00 Europe/Prague'],
    '2026-10-25T00:00:00Z',
    true,
    '2026-10-25T02:00:00.000Z',
  ],
  [
    'autumn: one across the night is an hour longer',
    ['sun 01:00-06:00 Europe/Prague'],
    '2026-10-24T23:00:00Z',
    true,
    '2026-10-25T05:00:00.000Z',
  ],
  [
    'south of the equator spring comes in September: an hour shorter',
    ['sun 01:00-04:00 Pacific/Auckland'],
    '2026-09-26T13:30:00Z',
    true,
    '2026-09-26T15:00:00.000Z',
  ],
  [
    'and autumn in April: the hour that comes twice',
    ['sun 02:00-03:00 Pacific/Auckland'],
    '2026-04-04T13:00:00Z',
    true,
    '2026-04-04T15:00:00.000Z',
  ],
  ['half an hour that is skipped', ['sun 02:00-02:30 Australia/Lord_Howe'], '2026-10-03T15:30:00Z', false, null],
  [
    'half an hour beside the others, on its autumn night',
    ['sun 00:30-03:00 America/St_Johns'],
    '2026-11-01T03:30:00Z',
    true,
    '2026-11-01T06:30:00.000Z',
  ],
  [
    'clocks that change at midnight: over it, written as two',
    ['thu 22:00-24:00 Africa/Cairo', 'fri 00:00-06:00 Africa/Cairo'],
    '2026-04-23T20:00:00Z',
    true,
    '2026-04-24T03:00:00.000Z',
  ],
  [
    'clocks that change at midnight: its first hour never comes',
    ['fri 00:00-01:00 Africa/Cairo'],
    '2026-04-23T22:00:00Z',
    false,
    null,
  ],
  [
    'a law that took summer time away: before',
    ['mon 09:00-18:00 America/Mexico_City'],
    '2022-07-04T14:00:00Z',
    true,
    '2022-07-04T23:00:00.000Z',
  ],
  [
    'a law that took summer time away: after',
    ['mon 09:00-18:00 America/Mexico_City'],
    '2023-07-03T14:59:59Z',
    false,
    null,
  ],
  [
    'a law that took a whole day away: its end',
    ['thu 09:00-24:00 Pacific/Apia'],
    '2011-12-30T09:00:00Z',
    true,
    '2011-12-30T10:00:00.000Z',
  ],
  ['a law that took a whole day away: that day', ['fri 00:00-24:00 Pacific/Apia'], '2011-12-30T10:00:00Z', false, null],
  [
    'a law that took a whole day away: joined with the one after',
    ['thu-sat 00:00-24:00 Pacific/Apia'],
    '2011-12-30T09:00:00Z',
    true,
    '2011-12-31T10:00:00.000Z',
  ],
]

describe('peak hours', () => {
  test.each(cases)('%s', async (_, windows, at, inside, allowedAt) => {
    const answer = await ask(windows, at)
    expect(answer.inside.length > 0).toBe(inside)
    expect(answer.allowedAt).toBe(inside ? allowedAt : new Date(at).toISOString())
  })

  test('where every hour of the week is peak nobody is ever allowed', async () => {
    expect(await ask(['mon-sun 00:00-24:00 Europe/Prague'], '2026-10-20T12:00:00Z')).toMatchObject({
      inside: [{ localEnd: null }],
      allowedAt: null,
    })
  })

  test('what is said is the window as it was written, with the time where it holds', async () => {
    const { inside } = await ask(['mon-fri 09:00-18:00 Europe/Prague'], '2026-11-26T14:20:00Z')
    expect(inside).toEqual([
      { text: 'mon-fri 09:00-18:00 Europe/Prague', localTime: 'Thu 15:20', localEnd: 'Thu 18:00' },
    ])
  })

  test('a zone that this worker does not know is no answer', async () => {
    const window: PeakHours = { text: '', days: [4], fromMinute: 0, toMinute: 60, zone: 'Mars/Olympus' }
    await expect(
      createCalendarActivities({ clock: () => new Date() }).askCalendar({ windows: [window] }),
    ).rejects.toThrow('got Mars/Olympus')
  })
})

describe.each(['UTC', 'America/St_Johns', 'Pacific/Auckland'])('a worker in %s', (zone) => {
  const before = process.env.TZ
  afterAll(() => {
    if (before === undefined) delete process.env.TZ
    else process.env.TZ = before
  })

  test('answers the same', async () => {
    process.env.TZ = zone
    expect(Intl.DateTimeFormat().resolvedOptions().timeZone).toBe(zone)
    for (const [what, windows, at, inside] of cases) {
      expect((await ask(windows, at)).inside.length > 0, what).toBe(inside)
    }
  })
})

async function ask(windows: readonly string[], at: string) {
  const activities = createCalendarActivities({ clock: () => new Date(at) })
  return await activities.askCalendar({ windows: windows.map(parsed) })
}

function parsed(text: string): PeakHours {
  const window = parsePeakHours(text)
  if ('problem' in window) throw new Error(window.problem)
  return window
}
