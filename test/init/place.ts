import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { exitWith } from '../../src/cli/exit.ts'
import { annotationLine } from '../../src/cli/github/annotation.ts'
import { createProgram } from '../../src/cli/program/program.ts'
import { neutral } from '../../src/cli/shell/neutral.ts'
import type { Shell } from '../../src/cli/shell/shell.ts'
import { type Answer, terminalIn } from '../cli/terminal.ts'
import { git } from '../scenarios/repository.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

export const fixtures = fileURLToPath(new URL('./fixtures', import.meta.url))

/** The real command as a process of its own. */
export function belay(place: string, ...args: readonly string[]): Promise<Answer> {
  return terminalIn(place, {}).belay(...args)
}

/** The same command line in this process: for long tables, where starting Node would take all the time. */
export async function belayHere(place: string, ...args: readonly string[]): Promise<Answer> {
  const answer = { code: 0, out: '', err: '' }
  const keep = (stream: 'out' | 'err') => (line: string) => {
    answer[stream] += `${neutral(line)}\n`
  }
  const shell: Shell = {
    environment: process.env,
    directory: place,
    print: keep('out'),
    say: keep('err'),
    annotate: (annotation) => keep('err')(annotationLine(annotation)),
    now: () => new Date(),
    interrupted: () => new Promise(() => undefined),
    leaving: () => undefined,
    terminal: false,
  }
  const program = createProgram(shell, (code) => {
    answer.code = code
  })
  await program.parseAsync(args, { from: 'user' }).catch(async (error: unknown) => {
    answer.code = await exitWith(shell, error)
  })
  return answer
}

export function written(place: string): Promise<string> {
  return readFile(join(place, 'belay.yaml'), 'utf8')
}

/** A fixture as somebody's own repository. */
export async function placeOf(fixture: string): Promise<string> {
  const place = await emptyRepository()
  await cp(join(fixtures, fixture), place, { recursive: true })
  return place
}

export async function emptyRepository(): Promise<string> {
  const place = await temporaryDirectory()
  await git(place, 'init', '--quiet')
  return place
}
