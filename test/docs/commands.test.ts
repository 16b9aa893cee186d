import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Command, CommanderError } from 'commander'
import { describe, expect, test } from 'vitest'
import { createProgram } from '../../src/cli/program/program.ts'
import { commandLines } from './command-lines.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const documents = ['README.md', ...globSync('docs/**/*.md', { cwd: root })].toSorted()

describe.for(documents)('%s', (document) => {
  const markdown = readFileSync(join(root, document), 'utf8')

  test('every command in its sh blocks is one that Belay has, with these options and arguments', () => {
    const mistakes = commandLines(markdown).flatMap(({ line, text, words }) => {
      const mistake = mistakeIn(words)
      return mistake === null ? [] : [`${document}:${line}: ${text}: ${mistake}`]
    })
    expect(mistakes).toEqual([])
  })

  test('every file it links to is there', () => {
    const links = [...markdown.matchAll(/\]\(([^)#:\s]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => target)
    expect(links.filter((target) => !existsSync(join(root, dirname(document), target)))).toEqual([])
  })
})

test('the commands are found as a shell would read them', () => {
  const markdown = [
    'belay outside',
    '```sh',
    'belay sign production a b --note "paid # with | a card"   # a comment',
    'belay status | head',
    'belay lock production \\',
    "  --reason 'why not'",
    'temporal workflow list',
    '```',
    '```yaml',
    'belay in-yaml',
    '```',
  ].join('\n')
  expect(commandLines(markdown).map(({ line, words }) => [line, ...words])).toEqual([
    [3, 'sign', 'production', 'a', 'b', '--note', 'paid # with | a card'],
    [4, 'status'],
    [5, 'lock', 'production', '--reason', 'why not'],
  ])
})

test('a command, an option or an argument that Belay does not have is a mistake; the README has commands', () => {
  expect(mistakeIn(['deplyo', '1.2.3'])).toContain("unknown command 'deplyo'")
  expect(mistakeIn(['status', 'production', '--verbose'])).toContain("unknown option '--verbose'")
  expect(mistakeIn(['lock', 'production'])).toContain('--reason')
  expect(mistakeIn(['sign', 'production'])).toContain("missing required argument 'item'")
  expect(mistakeIn(['status', 'production', 'staging'])).toContain('too many arguments')
  expect(mistakeIn(['deploy', '1.2.3', '--env', 'production'])).toBeNull()
  expect(commandLines(readFileSync(join(root, 'README.md'), 'utf8')).length).toBeGreaterThan(5)
})

/** What the real command line says about it; nothing is run. */
function mistakeIn(words: readonly string[]): string | null {
  const program = createProgram(silentShell, () => undefined)
  muteAll(program)
  try {
    program.parse([...words], { from: 'user' })
    return null
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return null
    return error instanceof Error ? error.message : String(error)
  }
}

function muteAll(command: Command): void {
  command.configureOutput({ writeOut: () => undefined, writeErr: () => undefined })
  for (const sub of command.commands) {
    sub.action(() => undefined)
    muteAll(sub)
  }
}

const silentShell = {
  environment: {},
  directory: root,
  print: () => undefined,
  say: () => undefined,
  annotate: () => undefined,
  now: () => new Date(0),
  interrupted: () => new Promise<void>(() => undefined),
  leaving: () => undefined,
  terminal: false,
}
