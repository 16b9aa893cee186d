import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createProgram } from '../../src/cli/program/program.ts'
import { shellFrom } from '../../src/cli/shell/shell.ts'

/** Whose output is of this machine, or far too long to be read: each is tested where it stands. */
const elsewhere: Readonly<Record<string, string>> = {
  dev: 'docs/getting-started.long.test.ts',
  doctor: 'dev/doctor.test.ts',
  init: 'init/init.test.ts',
  schema: 'package/package.long.test.ts',
  completion: 'cli/completion.test.ts',
  complete: 'cli/completion.test.ts',
  help: 'package/package.long.test.ts',
}

test('every command has a transcript that somebody has read', () => {
  const directory = join(import.meta.dirname, '../golden/transcripts')
  const texts = readdirSync(directory).map((name) => readFileSync(join(directory, name), 'utf8'))
  const typed = new Set([...texts.join('\n').matchAll(/^\$ belay (\S+)/gm)].map(([, command]) => command))
  const names = createProgram(shellFrom(process), () => undefined).commands.map((command) => command.name())
  expect(names.length).toBeGreaterThan(25)
  expect(names.filter((name) => !typed.has(name) && !(name in elsewhere))).toEqual([])
})
