import { expect, test } from 'vitest'
import { escapeMarkdown } from '../../src/domain/markdown.ts'

test('markup in foreign text stays text, and plain words stay as they are', () => {
  expect(escapeMarkdown('errors: expected <= 0, got 1 > 0')).toBe('errors: expected \\<= 0, got 1 > 0')
  expect(escapeMarkdown('<b>|[x](y)*z*`c`\n# d \\')).toBe("\\<b>\\|\\[x](y)\\*z\\*'c' # d \\\\")
  expect(escapeMarkdown('pre.code_reviewed by ann@example.com')).toBe('pre.code_reviewed by ann@example.com')
})
