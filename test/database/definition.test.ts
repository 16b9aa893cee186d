import { expect, test } from 'vitest'
import { indexedExpression, listed, parenthesised } from '../../activities/database/revert/definition.ts'

test('parentheses are found past quotes, and what follows is left', () => {
  expect(parenthesised(`CHECK ((a <> ')'::text)) NO INHERIT`)).toEqual({
    inside: `(a <> ')'::text)`,
    rest: ' NO INHERIT',
  })
  expect(parenthesised('UNIQUE ("odd) name", b) INCLUDE (c)')).toEqual({
    inside: '"odd) name", b',
    rest: ' INCLUDE (c)',
  })
  expect(parenthesised('nothing')).toBe(null)
  expect(parenthesised('(open')).toBe(null)
})

test('a list is cut only where it is a list', () => {
  expect(listed(`a, "b, c", f(d, e), 'x,y'::text, array[1, 2]`)).toEqual([
    'a',
    '"b, c"',
    'f(d, e)',
    `'x,y'::text`,
    'array[1, 2]',
  ])
})

test('of an element of an index only what makes two rows equal is left', () => {
  const elements = [
    ['email', 'email'],
    ['"Odd name" DESC NULLS LAST', '"Odd name"'],
    ['lower(email) text_pattern_ops', 'lower(email)'],
    ['app.norm(email, 1) DESC', 'app.norm(email, 1)'],
    ['((a || b)) COLLATE "C" text_ops', '((a || b)) COLLATE "C"'],
    ['name COLLATE app.insensitive', 'name COLLATE app.insensitive'],
  ]
  expect(elements.map(([element = '']) => indexedExpression(element))).toEqual(
    elements.map(([, expression]) => expression),
  )
})
