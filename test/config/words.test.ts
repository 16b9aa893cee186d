import { describe, expect, test } from 'vitest'
import { nearest } from '../../src/config/nearest.ts'
import { describeProblem } from '../../src/config/problem.ts'
import { duration, durationText } from '../../src/config/schema/duration.ts'
import { percentage } from '../../src/config/schema/percentage.ts'
import { canonicalJson } from '../../src/domain/canonical-json.ts'

test.each([
  ['500ms', 500],
  ['15s', 15_000],
  ['10m', 600_000],
  ['1h30m', 5_400_000],
  ['2d', 172_800_000],
  ['1m500ms', 60_500],
])('%s is %d milliseconds, and back', (text, ms) => {
  expect(duration().parse(text)).toBe(ms)
  expect(durationText(ms)).toBe(text)
})

test.each(['', '10', 'm', '10 m', '-1m', '1m1h', '1m1m', '1.5h', '10M', '1e3s', '31d', '0s', '١٠m'])(
  '%j is no duration',
  (text) => {
    expect(duration().safeParse(text).success).toBe(false)
  },
)

test.each([
  ['80%', 0.8],
  ['100%', 1],
  ['12.5%', 0.125],
])('%s is %d', (text, ratio) => {
  expect(percentage().parse(text)).toBe(ratio)
})

test.each(['80', '0%', '101%', '-1%', '80 %', '%'])('%j is no percentage', (text) => {
  expect(percentage().safeParse(text).success).toBe(false)
})

describe('the nearest word', () => {
  test.each([
    ['monitorin', 'monitoring'],
    ['chekcs', 'checks'],
    ['tests_pass', 'tests_passing'],
  ])('to %s is %s', (word, known) => {
    expect(nearest(word, ['release', known, 'after'])).toBe(known)
  })

  test('to something else entirely is none', () => {
    expect(nearest('xyzzy', ['release', 'checks'])).toBeNull()
    expect(nearest('x', [])).toBeNull()
  })
})

describe('canonical JSON', () => {
  test('sorts keys at every depth, keeps the order of lists and leaves out undefined', () => {
    expect(canonicalJson({ b: [2, 1, { d: null, c: 'x' }], a: undefined, A: true })).toBe(
      '{"A":true,"b":[2,1,{"c":"x","d":null}]}',
    )
  })

  test('refuses what JSON cannot hold', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1n, () => 1])
      expect(() => canonicalJson({ value })).toThrow('canonical JSON')
  })
})

test('a problem outside the file has no line, a problem of the whole file no path', () => {
  const problem = {
    file: 'belay.yaml',
    line: 0,
    column: 0,
    path: 'release.version',
    expected: 'a',
    got: 'b',
    hint: null,
  }
  expect(describeProblem(problem)).toBe('release.version: expected a, got b')
  expect(describeProblem({ ...problem, line: 3, column: 7, path: '', hint: 'c' })).toBe(
    'belay.yaml:3:7: expected a, got b (c)',
  )
})
