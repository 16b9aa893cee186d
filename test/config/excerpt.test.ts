import { describe, expect, test } from 'vitest'
import { excerpt } from '../../src/config/excerpt.ts'

describe('a source line has its caret under the column', () => {
  test('of the character that is meant', () => {
    expect(shown('  window: 10', 11)).toEqual(['     7 |   window: 10', '       |           ^'])
    expect(shown('a: b', 1)).toEqual(['     7 | a: b', '       | ^'])
  })

  test('behind tabs, which are two columns', () => {
    expect(shown('\ta:\tb', 5)).toEqual(['     7 |   a:  b', '       |       ^'])
  })

  test('behind wide and joining characters', () => {
    expect(shown('日本: x', 5)).toEqual(['     7 | 日本: x', '       |       ^'])
    expect(shown('🚀: x', 5)).toEqual(['     7 | 🚀: x', '       |     ^'])
    expect(shown('e\u0301: x', 5)).toEqual(['     7 | e\u0301: x', '       |    ^'])
  })

  test('behind what a terminal would obey, shown as codes', () => {
    expect(shown('\u001b[31m\u202e: x', 9)).toEqual(['     7 | \\u001b[31m\\u202e: x', `       | ${' '.repeat(18)}^`])
  })

  test('without the carriage return of another system', () => {
    expect(shown('a: b\r', 4)).toEqual(['     7 | a: b', '       |    ^'])
  })

  test('one behind the end where something is missing there', () => {
    expect(shown('a: [b', 6)).toEqual(['     7 | a: [b', '       |      ^'])
    expect(shown('a: [b', 60)).toEqual(['     7 | a: [b', '       |      ^'])
  })

  test('and no line at all where there is nothing to see', () => {
    expect(shown(' \t', 1)).toEqual([])
  })
})

describe('a long line is cut around its caret', () => {
  const line = Array.from({ length: 300 }, (_, index) => `k${index}: v, `).join('')

  test.each([1, 40, 99, 1500, line.length - 3])(
    'at column %d the character above the caret is the one meant',
    (column) => {
      const [text = '', caret = ''] = shown(line, column)
      expect(text.length).toBeLessThanOrEqual('     7 | '.length + 100)
      expect(caret.trimEnd().length).toBeLessThanOrEqual(text.length)
      const around = text.slice(caret.indexOf('^') - 2, caret.indexOf('^') + 3)
      if (column > 2) expect(around).toBe(line.slice(column - 3, column + 2))
      expect(text.slice(caret.indexOf('^'))[0]).toBe(line[column - 1])
    },
  )

  test('with a sign on each side that was cut', () => {
    expect(shown(line, 1)[0]).toMatch(/^ {5}7 \| k0.*[.]{3}$/)
    expect(shown(line, 1500)[0]).toMatch(/^ {5}7 \| [.]{3}.*[.]{3}$/)
    expect(shown(line, line.length - 3)[0]).toMatch(/^ {5}7 \| [.]{3}.*v,$/)
  })

  test('by columns where its characters are wide', () => {
    const [text = '', caret = ''] = shown('日'.repeat(200), 101)
    expect(Array.from(text).filter((character) => character === '日').length).toBeLessThanOrEqual(47)
    expect((caret.indexOf('^') - '     7 | ...'.length) % 2).toBe(0)
  })
})

function shown(line: string, column: number): string[] {
  return excerpt(line, { line: 7, column })
}
