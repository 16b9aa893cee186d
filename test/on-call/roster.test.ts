import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createOnCallActivities } from '../../activities/on-call/activities.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

/** Who is on call by a roster with this content, at this moment; the file's own path is cut off the answer. */
async function asked(content: string | Uint8Array | null, at: string): Promise<unknown> {
  const file = join(await temporaryDirectory(), 'on-call.yaml')
  if (content !== null) await writeFile(file, content)
  const { findOnCall } = createOnCallActivities({ clock: () => new Date(at), environment: {} })
  const answer = await findOnCall({ source: { from: 'roster', file } })
  return answer.found ? [answer.name, ...answer.others] : answer.why.replace(file, 'roster')
}

const shifts = `
- { who: ann@example.com, from: 2026-11-23 09:00, until: 2026-11-24 09:00, zone: Europe/Prague }
- who: bob@example.com
  from: 2026-11-24T09:00
  until: 2026-11-25T09:00:00
  zone: Europe/Prague
- { who: eve@example.com, from: 2026-11-27T09:00+01:00, until: 2026-11-28T08:00Z }
`

describe('a roster names', () => {
  test.each([
    ['2026-11-23T07:59:59Z', 'roster: nobody until 2026-11-23 08:00:00Z; next: ann@example.com'],
    ['2026-11-23T08:00:00Z', ['ann@example.com']],
    ['2026-11-24T07:59:59Z', ['ann@example.com']],
    ['2026-11-24T08:00:00Z', ['bob@example.com']],
    [
      '2026-11-26T00:00:00Z',
      'roster: nobody from 2026-11-25 08:00:00Z until 2026-11-27 08:00:00Z; next: eve@example.com',
    ],
    ['2026-11-28T07:59:59Z', ['eve@example.com']],
    [
      '2026-11-25T08:00:00Z',
      'roster: nobody from 2026-11-25 08:00:00Z until 2026-11-27 08:00:00Z; next: eve@example.com',
    ],
    ['2026-12-01T00:00:00Z', 'roster: nobody since 2026-11-28 08:00:00Z, and nobody comes after'],
  ])('at %s: %j', async (at, expected) => {
    expect(await asked(shifts, at)).toEqual(expected)
  })

  test('whoever comes first next, in whatever order they stand', async () => {
    const entry = (who: string, from: string) => `- { who: ${who}, from: ${from}, until: 2026-12-31, zone: UTC }\n`
    const roster = [entry('cyd', '2026-12-03'), entry('ann', '2026-12-01'), entry('bob', '2026-12-02')].join('')
    expect(await asked(roster, '2026-11-30T12:00:00Z')).toBe('roster: nobody until 2026-12-01 00:00:00Z; next: ann')
  })

  test('the first of those who overlap, and says the others once', async () => {
    const entry = (who: string) => `- { who: ${who}, from: 2026-11-23, until: 2026-11-24, zone: UTC }\n`
    const roster = [entry('ann'), entry('bob'), entry('ann'), entry('bob')].join('')
    expect(await asked(roster, '2026-11-23T12:00:00Z')).toEqual(['ann', 'bob'])
  })

  // Clocks go back at 03:00 on 25 October 2026 in Prague, and forward at 02:00 on 28 March 2027.
  test.each([
    ['2026-10-24 22:00', '2026-10-25 06:00', '2026-10-24T20:00:00Z', '2026-10-25T05:00:00Z'],
    ['2026-10-25 02:30', '2026-10-25 06:00', '2026-10-25T00:30:00Z', '2026-10-25T05:00:00Z'],
    ['2027-03-27 22:00', '2027-03-28 06:00', '2027-03-27T21:00:00Z', '2027-03-28T04:00:00Z'],
    ['2027-03-28 02:30', '2027-03-28 06:00', '2027-03-28T01:30:00Z', '2027-03-28T04:00:00Z'],
  ])('ann from %s until %s local, over the change of clocks', async (from, until, begins, ends) => {
    const roster = `- { who: ann, from: ${from}, until: ${until}, zone: Europe/Prague }`
    const at = (text: string, byMs: number) => new Date(Date.parse(text) + byMs).toISOString()
    expect(await asked(roster, at(begins, -1))).toContain('nobody until')
    expect(await asked(roster, begins)).toEqual(['ann'])
    expect(await asked(roster, at(ends, -1))).toEqual(['ann'])
    expect(await asked(roster, ends)).toContain('nobody since')
  })
})

describe('a roster that cannot be followed names nobody, and says why and where', () => {
  const good = '- { who: ann, from: 2026-11-23, until: 2027-11-24, zone: UTC }\n'
  test.each<[string, string | Uint8Array | null, string]>([
    ['no file', null, 'roster roster: no such file or program'],
    ['an empty file', '', 'roster: the roster is empty: expected a list of { who, from, until, zone }'],
    ['an empty list', '[]', 'roster: the roster is empty: expected a list of { who, from, until, zone }'],
    ['no YAML', `${good}- { who: [`, 'roster:2: not YAML: '],
    ['not a list', 'ann: always', 'roster:1: expected a list of { who, from, until, zone }'],
    ['an entry that is none', `${good}- ann`, 'roster:2: expected { who, from, until, zone }'],
    [
      'a key nobody knows',
      `${good}- { who: bob, till: 2026-11-23 }`,
      'roster:2: expected only who, from, until, zone, got "till"',
    ],
    [
      'no name',
      `${good}- { from: 2026-11-23, until: 2026-11-24, zone: UTC }`,
      'roster:2: expected a text in who, got nothing',
    ],
    [
      'an unknown zone',
      `${good}- who: bob\n  from: 2026-11-23\n  until: 2026-11-24\n  zone: Europe/Pragu\n`,
      'roster:5: from: expected an IANA zone like Europe/Prague, got "Europe/Pragu"',
    ],
    [
      'no zone',
      `${good}- { who: bob, from: 2026-11-23 09:00, until: 2026-11-24, zone: }`,
      'roster:2: expected a text in zone, got none',
    ],
    [
      'neither zone nor offset',
      `${good}- { who: bob, from: 2026-11-23 09:00, until: 2026-11-24 }`,
      'roster:2: from: expected a zone beside "2026-11-23 09:00", or an offset like +01:00 in it; got none',
    ],
    [
      'no such day',
      `${good}- { who: bob, from: 2026-02-30, until: 2026-03-01, zone: UTC }`,
      'roster:2: from: expected a day and time that exist, got "2026-02-30"',
    ],
    [
      'no time',
      `${good}- { who: bob, from: monday, until: 2026-03-01, zone: UTC }`,
      'roster:2: from: expected a time like 2026-11-30 09:00, got "monday"',
    ],
    [
      'the end first',
      `${good}- { who: bob, from: 2026-11-24, until: 2026-11-23, zone: UTC }`,
      'roster:2: bob: ends before it starts: expected until after "2026-11-24", got "2026-11-23"',
    ],
    [
      'no length',
      `${good}- { who: bob, from: 2026-11-24, until: 2026-11-24, zone: UTC }`,
      'roster:2: bob: ends before it starts',
    ],
    ['too much', good.repeat(5_000), 'roster: expected at most 256 KB, got more'],
    ['no text', new Uint8Array([0, 1, 2]), 'roster: expected a text file, got NUL bytes'],
  ])('%s', async (_, content, expected) => {
    expect(await asked(content, '2026-11-26T00:00:00Z')).toContain(expected)
  })

  test('a directory and a pipe nobody writes to', async () => {
    const directory = await temporaryDirectory()
    await mkdir(join(directory, 'directory'))
    execFileSync('mkfifo', [join(directory, 'pipe')])
    const { findOnCall } = createOnCallActivities({ clock: () => new Date(), environment: {} })
    for (const name of ['directory', 'pipe']) {
      const source = { from: 'roster', file: join(directory, name) } as const
      expect(await findOnCall({ source })).toEqual({
        found: false,
        why: `${source.file}: expected a regular file, got something else`,
      })
    }
  })
})
