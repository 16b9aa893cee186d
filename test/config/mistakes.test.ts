import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { loadConfiguration } from '../../src/config/load.ts'
import { describeProblem } from '../../src/config/problem.ts'

const minimal = read('fixtures/minimal.yaml')
const mistakes = read('golden/mistakes.txt').split(/^## /m).slice(1).map(parseMistake)

describe('a mistake in belay.yaml is told with its place, what was expected and what came', () => {
  test('without a mistake there is no message', () => {
    expect(messagesOf(minimal)).toEqual([])
  })

  test.each(mistakes)('$title', ({ find, replacement, messages }) => {
    const text = minimal.replace(find, () => replacement)
    expect(text).not.toBe(minimal)
    expect(messagesOf(text)).toEqual(messages)
  })

  test('there are enough of them to mean something', () => {
    expect(mistakes.length).toBeGreaterThanOrEqual(80)
  })

  test('no message repeats a password, a token or a value meant for env', () => {
    expect(mistakes.filter(({ replacement }) => replacement.includes('hunter2')).length).toBeGreaterThanOrEqual(5)
    expect(mistakes.flatMap(({ messages }) => messages).join('\n')).not.toContain('hunter2')
  })
})

function messagesOf(text: string): string[] {
  const loaded = loadConfiguration(text, 'belay.yaml')
  return loaded.ok ? [] : loaded.problems.map(describeProblem)
}

function parseMistake(block: string): { title: string; find: string; replacement: string; messages: string[] } {
  const [title = '', ...lines] = block.split('\n')
  const startingWith = (sign: string): string =>
    lines
      .filter((line) => line.startsWith(`${sign} `) || line === sign)
      .map((line) => line.slice(2))
      .join('\n')
  return {
    title,
    find: startingWith('-'),
    replacement: startingWith('+'),
    messages: lines.filter((line) => line.startsWith('belay.yaml')),
  }
}

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8')
}
