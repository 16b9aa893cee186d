import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { configurationFields } from '../../src/config/fields.ts'
import { loadConfiguration } from '../../src/config/load.ts'
import { isPrivateKey } from '../../src/config/private-words.ts'
import { reportProblems } from '../../src/config/report.ts'
import { privateLines } from '../../src/config/yaml/private-lines.ts'

const minimal = readFileSync(new URL('fixtures/minimal.yaml', import.meta.url), 'utf8')
const start = '    web: { start: [node, server.js] }'

describe('a line that may hold a secret is not shown', () => {
  const blocks: [string, string][] = [
    ['a value under env', '      env:\n        KEY: hunter2\n'],
    ['a value under env in one line', '      env: { KEY: hunter2 }\n'],
    ['env over several lines in braces', '      env: {\n  KEY:\n hunter2 }\n'],
    ['env in quotes', '      "env": { "KEY": "hunter2" }\n'],
    ['a misspelt env', '      evn: { KEY: hunter2 }\n'],
    ['env by the word of compose', '      environment: { KEY: hunter2 }\n'],
    ['text over several lines', '      env:\n        KEY: |\n          first\n          hunter2\n'],
    [
      'what env takes from elsewhere',
      '      start: [x]\n      log: &key /hunter2\n      env: { KEY: *key, NAME: 5 }\n',
    ],
    ['a variable that slipped out of env', '      env:\n        KEY: x\n      OTHER: "hunter2"\n'],
    ['env without its colon', '      env { KEY: hunter2 }\n'],
    ['a password under a key of its own', '      password: hunter2\n'],
    ['a token under a misplaced key', '      api_token: { is: hunter2 }\n'],
    ['an address with a password', '      log: postgres://me:hunter2@db/x\n'],
    ['an address with a token in it', '      log: "https://example.com/x?key=1&api_key=hunter2"\n'],
    ['an option with a password', '      start: [node, --password, hunter2]\n'],
    ['a header', '      start: [curl, -H, "Authorization: Bearer hunter2"]\n'],
    [
      'an address whose way is the secret',
      '      log: https://hooks.slack.com/services/T01/B02/hunter2hunter2HUNTER\n',
    ],
    ['a key as its issuer writes it', '      log: ghp_hunter2hunter2\n'],
    ['a line nobody wrote by hand', `      log: ${'x'.repeat(5000)}hunter2\n`],
  ]
  const broken: [string, string][] = [
    ['at another depth', '      env:\n        KEY: x\n       OTHER: hunter2\n'],
    ['further out', '      env:\n        KEY: x\n     OTHER: hunter2\n'],
    ['at the margin', '      env:\n        KEY: -----\nhunter2\nhunter2\n'],
    ['in an open brace', '      env: { KEY: x\n      log: hunter2\n'],
    ['in an open quote', '      env: { KEY: "x }\n      log: hunter2\n'],
    ['with a tab', '      env:\n\tKEY: hunter2\n'],
    ['behind a tag', '      env:\n        KEY: !hunter2\n'],
    ['as an alias', '      env:\n        KEY: *hunter2\n'],
    ['in a block header', '      env:\n        KEY: |hunter2\n'],
  ]

  test.each(blocks)('%s', (_, block) => {
    const text = withProcess(block)
    expect(linesWithSecret(text).filter((line) => !hiddenIn(text).includes(line))).toEqual([])
    expect(reported(text)).not.toContain('hunter2')
  })

  test.each(broken)('where the file is broken: %s', (_, block) => {
    const text = withProcess(block)
    expect(loadConfiguration(text, 'belay.yaml').ok).toBe(false)
    expect(reported(text)).not.toContain('hunter2')
    expect(linesWithSecret(text).filter((line) => !hiddenIn(text).includes(line))).toEqual([])
  })

  test('and the report says so in its place', () => {
    expect(reported(withProcess('      env: { KEY: 5 }\n'))).toContain(
      '     6 | (not shown: the line may hold a secret)',
    )
  })
})

describe('every other line is shown', () => {
  test('of the examples: all but env and webhooks; an address with a reference for a secret stays', () => {
    const full = readFileSync(new URL('fixtures/full.yaml', import.meta.url), 'utf8')
    expect(hiddenIn(full)).toEqual([
      expect.stringContaining('env: { DATABASE_URL'),
      expect.stringContaining('SLACK_WEBHOOK_URL'),
      expect.stringContaining('NOTICE_SECRET'),
    ])
    expect(hiddenIn(minimal)).toEqual([])
  })

  test('the key of env itself, and what stands after it', () => {
    const text = withProcess('      env:\n        KEY: x\n      stop_timeout: 5\n')
    expect([6, 7, 8].map(privateLines(text))).toEqual([false, true, false])
  })

  test('of a broken file without anything private in that section', () => {
    const text = minimal.replace('directory: /srv/notes', 'directory: [/srv/notes')
    expect(reported(text)).toMatch(/\n +4 \| {3}processes:\n|\n +3 \| {3}directory: \[\/srv\/notes\n/)
  })

  test('no key of the configuration is private but env and what notices are sent with', () => {
    const keys = configurationFields().flatMap((field) => field.path.split(/[.[\]*]+/).filter((key) => key !== ''))
    expect([...new Set(keys.filter(isPrivateKey))]).toEqual(['env', 'token', 'webhook', 'secret'])
  })
})

function withProcess(block: string): string {
  return minimal.replace(start, `    web:\n${block.trimEnd()}`)
}

function linesWithSecret(text: string): string[] {
  return text.split('\n').filter((line) => line.includes('hunter2'))
}

function hiddenIn(text: string): string[] {
  const isPrivate = privateLines(text)
  return text.split('\n').filter((_, index) => isPrivate(index + 1))
}

function reported(text: string): string {
  const loaded = loadConfiguration(text, 'belay.yaml')
  return loaded.ok ? '' : reportProblems(loaded.problems, text).join('\n')
}
