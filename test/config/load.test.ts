import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { loadConfiguration } from '../../src/config/load.ts'
import { describeProblem } from '../../src/config/problem.ts'

const minimal = readFileSync(new URL('fixtures/minimal.yaml', import.meta.url), 'utf8')
const full = readFileSync(new URL('fixtures/full.yaml', import.meta.url), 'utf8')

describe('environments are laid over the defaults', () => {
  test('both examples are valid, and the small one has at most forty lines', () => {
    expect(loadConfiguration(minimal, 'minimal.yaml').ok).toBe(true)
    expect(loadConfiguration(full, 'full.yaml').ok).toBe(true)
    expect(minimal.trimEnd().split('\n').length).toBeLessThanOrEqual(40)
  })

  test('mappings merge, single values and lists replace', () => {
    const production = settingsOf(over('hosts: [a, b], release: { keep: 2, build: [[make]] }'))
    expect(production.hosts).toEqual(['a', 'b'])
    expect(production.release).toMatchObject({ keep: 2, build: [['make']], directory: '/srv/notes' })
  })

  test('null removes what the defaults say', () => {
    const text = over('hosts: [a], release: { build_timeout: null }').replace(
      '/srv/notes',
      '/srv/notes\n  build_timeout: 1m',
    )
    expect(settingsOf(text).release.build_timeout).toBe(15 * 60_000)
    expect(settingsOf(text.replace(', release: { build_timeout: null }', '')).release.build_timeout).toBe(60_000)
  })

  test('another answer replaces the whole answer', () => {
    const text = over('hosts: [a], review: { checklist: { tests_passing: { sign_off: true } } }')
    expect(settingsOf(text).review.checklist.tests_passing).toEqual({ sign_off: true })
  })

  test('the same kind of check merges with its siblings, another kind replaces it whole', () => {
    const withStatus = minimal.replace('/health }', '/health, status: 204 }')
    const same = withStatus.replace('{ hosts: [local] }', '{ hosts: [a], checks: { health: { timeout: 1s } } }')
    expect(settingsOf(same).checks.health).toMatchObject({
      http: 'http://localhost:8080/health',
      status: 204,
      timeout: 1000,
    })
    const other = withStatus.replace('{ hosts: [local] }', '{ hosts: [a], checks: { health: { tcp: "localhost:1" } } }')
    expect(settingsOf(other).checks.health).toMatchObject({ tcp: 'localhost:1' })
    expect(settingsOf(other).checks.health).not.toHaveProperty('status')
  })

  test('the JSON a reply must contain is data: it replaces, and null in it stays null', () => {
    const text = minimal
      .replace('/health }', '/health, json: { a: 1 } }')
      .replace('{ hosts: [local] }', '{ hosts: [a], checks: { health: { json: { error: null } } } }')
    expect(settingsOf(text).checks.health?.json).toEqual({ error: null })
  })

  test('what every environment says itself need not stand in the defaults', () => {
    const text = minimal.replace('  directory: /srv/notes\n', '')
    expect(messagesOf(text)).toHaveLength(1)
    expect(messagesOf(text.replace('[local]', '[local], release: { directory: /srv/a }'))).toEqual([])
  })

  test('a wrong default is told even where every environment replaces it, and once only', () => {
    const text = minimal
      .replace('checks:\n', 'monitoring: { window: soon }\nchecks:\n')
      .replace(
        '{ hosts: [local] }',
        '{ hosts: [a], monitoring: { window: 10m } }\n  staging: { hosts: [b], monitoring: { window: 11m } }',
      )
    expect(messagesOf(text)).toEqual(['belay.yaml:6:23 monitoring.window: expected a duration like 10m, got "soon"'])
  })

  test('a mistake in the defaults is told once, however many environments inherit it', () => {
    const text = minimal.replace('/srv/notes', 'srv').concat('  staging: { hosts: [b] }\n  canary: { hosts: [c] }\n')
    expect(messagesOf(text)).toHaveLength(1)
  })

  test('all mistakes of the file come at once, in reading order', () => {
    const text = minimal
      .replace('service: notes', 'service: Notes')
      .replace('system_state: health', 'system_state: helth')
      .replace('{ hosts: [local] }', '{ hosts: local }')
    expect(messagesOf(text).map((message) => message.split(' ')[1])).toEqual([
      'service:',
      'verification.system_state:',
      'environments.production.hosts:',
    ])
  })

  test('an alias is followed to where its value stands', () => {
    const text = minimal
      .replace('http: http://localhost:8080/health }', 'http: http://localhost:8080/health, timeout: &t 5 }')
      .replace('{ marker: true }', '{ marker: true, timeout: *t }')
    expect(messagesOf(text)).toEqual([
      'belay.yaml:7:61 checks.health.timeout: expected a duration like 10m, got 5 (did you mean 5s or 5m?)',
      'belay.yaml:8:36 checks.marker.timeout: expected a duration like 10m, got 5 (did you mean 5s or 5m?)',
    ])
  })
})

describe('a hostile file is refused with one sentence', () => {
  const bomb = `a0: &a0 [x, x, x, x, x, x, x, x, x]\n${Array.from({ length: 12 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(', ')}]`).join('\n')}\n`

  test.each([
    ['ten megabytes', 'a: '.padEnd(10_000_000, 'x'), 'belay.yaml:1:1: expected a file of at most 1 MB, got 10.0 MB'],
    [
      'aliases that multiply',
      bomb,
      'belay.yaml:1:1: expected a handful of aliases, got aliases that expand without end',
    ],
    [
      'ten thousand brackets',
      `a: ${'['.repeat(10_000)}`,
      'belay.yaml:1:1: expected at most 32 levels, got deeper nesting',
    ],
    [
      'ten thousand dashes',
      `${'- '.repeat(10_000)}x`,
      'belay.yaml:1:1: expected at most 32 levels, got deeper nesting',
    ],
    ['NUL bytes', 'service: a\u0000b', 'belay.yaml:1:1: expected a text file, got NUL bytes'],
    ['nothing', '', 'belay.yaml:1:1: expected a mapping of settings, got nothing'],
    ['a list', '- a', 'belay.yaml:1:1: expected a mapping of settings, got a list'],
    ['a mapping as key', '? { a: 1 }\n: 2', 'belay.yaml:1:3: expected a plain word as key, got something else'],
  ])('%s', (_, text, message) => {
    expect(messagesOf(text)).toEqual([message])
  })

  test('mappings eight hundred levels deep', () => {
    const text = Array.from({ length: 800 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')
    expect(messagesOf(text)).toEqual([expect.stringContaining('expected at most 32 levels')])
  })

  test('the first syntax error says where, and what follows from it is not repeated', () => {
    expect(messagesOf(minimal.replace('http://localhost:8080/health', 'http://localhost/{environment}'))).toEqual([
      'belay.yaml:7:36: expected valid YAML, got Unexpected flow-map-start at node end (text with { or } in it needs quotes here)',
    ])
  })

  test('a value that contains itself', () => {
    const text = minimal.replace('[local]', '&h [*h]')
    expect(messagesOf(text).length).toBeGreaterThan(0)
  })

  test('prototypes stay clean, and names of JavaScript are no settings', () => {
    for (const key of ['__proto__', 'constructor', 'prototype']) {
      expect(messagesOf(`${minimal}${key}: { polluted: true }\n`)).toEqual([expect.stringContaining(`got ${key}`)])
    }
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('polluted')
  })

  test('characters that would turn a printed line around are shown as codes', () => {
    const messages = messagesOf(minimal.replace('service: notes', 'service: "a\u202Eb\u200b"'))
    expect(messages).toEqual([expect.stringContaining(String.raw`got "a\u202eb\u200b"`)])
  })
})

function over(settings: string): string {
  return minimal.replace('{ hosts: [local] }', `{ ${settings} }`)
}

function settingsOf(text: string) {
  const loaded = loadConfiguration(text, 'belay.yaml')
  if (!loaded.ok) throw new Error(loaded.problems.map(describeProblem).join('\n'))
  const settings = loaded.configuration.environments.get('production')
  if (!settings) throw new Error('expected an environment named production')
  return settings
}

function messagesOf(text: string): string[] {
  const loaded = loadConfiguration(text, 'belay.yaml')
  return loaded.ok ? [] : loaded.problems.map(describeProblem)
}
