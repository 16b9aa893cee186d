import { expect, test } from 'vitest'
import { findTopic } from '../../src/config/documentation/topic.ts'
import { belayKeyFor, foreignWords } from '../../src/config/foreign-words.ts'

const examples = ['', 'release', 'database', 'checks.health', 'monitoring.checks.health', 'release.processes.web']

test.each(foreignWords())('the word %s is answered with keys that exist: %s', (_, answer, within) => {
  const around = examples.find((path) => within.test(path)) ?? ''
  const keys = answer.match(/[a-z_]+(?:\.(?:[a-z_]+|<name>))*/g) ?? []
  const known = keys.filter((key) => ['', around].some((parent) => findTopic(joined(parent, key)).found))
  expect(answer.startsWith('nothing to write: ') || known.length > 0).toBe(true)
  const [first = ''] = keys
  if (!answer.startsWith('nothing to write: ')) expect(known).toContain(first)
})

test.each(foreignWords())('the word %s is no key of Belay where it is told (%s)', (word, _, within) => {
  const around = examples.filter((path) => within.test(path))
  expect(around.some((parent) => !findTopic(joined(parent, word)).found)).toBe(true)
})

test('writing does not matter, the place does', () => {
  expect(belayKeyFor(['healthCheck'])).toBe('checks')
  expect(belayKeyFor(['release', 'keep-releases'])).toBe('release.keep')
  expect(belayKeyFor(['checks', 'health', 'url'])).toBe('http')
  expect(belayKeyFor(['database', 'url'])).toBeNull()
  expect(belayKeyFor(['after', 'items', 'user_facing_tested', 'command'])).toBeNull()
  expect(belayKeyFor(['constructor'])).toBeNull()
  expect(belayKeyFor([])).toBeNull()
})

function joined(parent: string, key: string): string {
  return parent === '' ? key.replace('<name>', 'x') : `${parent}.${key.replace('<name>', 'x')}`
}
