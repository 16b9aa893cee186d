import { expect, test } from 'vitest'
import { annotationLine } from '../../src/cli/github/annotation.ts'

test('an annotation is one line, whatever stands in it', () => {
  const place = { file: 'a,b:c%.yaml', line: 3, column: 9 }
  expect(annotationLine({ level: 'error', title: '10%: x, y', message: '50%\r\n::error::no, it: is\n', place })).toBe(
    '::error file=a%2Cb%3Ac%25.yaml,line=3,col=9,title=10%25%3A x%2C y::50%25%0D%0A::error::no, it: is%0A',
  )
})

test('what is not known is left out', () => {
  expect(annotationLine({ level: 'warning', title: 'x', message: 'y', place: null })).toBe('::warning title=x::y')
  const place = { file: 'belay.yaml', line: 0, column: 0 }
  expect(annotationLine({ level: 'notice', title: 'x', message: 'y', place })).toBe(
    '::notice file=belay.yaml,title=x::y',
  )
})
