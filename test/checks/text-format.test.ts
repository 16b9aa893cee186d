import { expect, test } from 'vitest'
import { MalformedPage, parseTextFormat } from '../../activities/checks/text-format.ts'

test.each([
  ['up 1', 'up', {}, 1, null],
  ['  up   1  ', 'up', {}, 1, null],
  ['up{} 1', 'up', {}, 1, null],
  ['up { a = "b" , } 1', 'up', { a: 'b' }, 1, null],
  ['up{a="b",c="d"}1', 'up', { a: 'b', c: 'd' }, 1, null],
  ['up{a="}{,=\\"#"} 1 ', 'up', { a: '}{,="#' }, 1, null],
  ['up{a="x\\ny\\\\z"} 1', 'up', { a: 'x\ny\\z' }, 1, null],
  ['up{a=""} 1', 'up', { a: '' }, 1, null],
  ['a:b_c 1.5e-3 1772366400000', 'a:b_c', {}, 0.0015, 1772366400000],
  ['up -1 -5', 'up', {}, -1, -5],
  ['up +Inf', 'up', {}, Number.POSITIVE_INFINITY, null],
  ['up -inf', 'up', {}, Number.NEGATIVE_INFINITY, null],
  ['up NaN', 'up', {}, Number.NaN, null],
  ['{"a.b", c="d"} 2', 'a.b', { c: 'd' }, 2, null],
  ['up{a="b"} 1 # {trace="x"} 0.5', 'up', { a: 'b' }, 1, null],
  ['up 1\r', 'up', {}, 1, null],
])('%j is read', (line, name, labels, value, atMs) => {
  const [sample] = parseTextFormat(line, 1)
  expect({ ...sample, labels: Object.fromEntries(sample?.labels ?? []) }).toEqual({ name, labels, value, atMs })
})

test.each([
  'up',
  'up{',
  'up{a="b} 1',
  'up{a} 1',
  'up{a="b" c="d"} 1',
  '1up 1',
  'up one',
  'up 1 2 3',
  'up 1 now',
  '{} 1',
])('%j is refused', (line) => {
  expect(() => parseTextFormat(`ok 1\n${line}\n`, 1)).toThrow(MalformedPage)
  expect(() => parseTextFormat(`ok 1\n${line}\n`, 1)).toThrow('line 2')
})

test('comments and blank lines are passed over', () => {
  expect(parseTextFormat('# HELP up is it\n#\n\n  \nup 1\n# EOF\n', 1)).toHaveLength(1)
})

test('OpenMetrics gives its times in seconds', () => {
  expect(parseTextFormat('up 1 1772366400.5', 1000)[0]?.atMs).toBe(1772366400500)
})
