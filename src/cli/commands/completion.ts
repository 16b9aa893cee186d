import { resolve } from 'node:path'
import type { Command } from 'commander'
import { Usage } from '../../client/errors.ts'
import { shown } from '../../domain/version.ts'
import { answers, completionScript, type Slot, slotOf } from '../completion/completion.ts'
import { type Typed, valuesFor } from '../completion/values.ts'
import { exitCodes } from '../exit.ts'
import { argument } from '../given.ts'
import type { Action } from '../program/command.ts'
import type { Shell } from '../shell/shell.ts'

/** The script that a shell loads. */
export async function completion(shell: Shell, args: readonly string[]): Promise<number> {
  const given = argument(args, 0, 'bash|zsh|fish')
  if (given !== 'bash' && given !== 'zsh' && given !== 'fish') {
    throw new Usage(`expected a shell, one of bash, zsh, fish; got ${shown(given)}`)
  }
  shell.print(completionScript(given))
  return exitCodes.done
}

/** What that script asks at every press of the key: quick, and silent whatever goes wrong. */
export function completeIn(program: Command | null): Action {
  return async (shell, words) => {
    if (program !== null) for (const line of await linesFor(shell, program, words)) shell.print(line)
    // A server that did not answer in time is still being asked: the key must not wait for that.
    process.exit(exitCodes.done)
  }
}

async function linesFor(shell: Shell, program: Command, words: readonly string[]): Promise<string[]> {
  const slot = slotOf(program, words)
  const values = slot ? await valuesFor(shell, slot, typedIn(shell, slot, words)) : []
  return answers(program, words, () => values)
}

/** The configuration file and the environment that were named before the word that is completed. */
function typedIn(shell: Shell, { command }: Slot, words: readonly string[]): Typed {
  const before = words.slice(0, -1)
  const [, environment] = plainWords(before)
  const named = command === 'deploy' ? givenTo(before, ['--env', '-e']) : environment
  return {
    file: resolve(shell.directory, givenTo(before, ['--config', '-c']) ?? 'belay.yaml'),
    environment: named ?? null,
  }
}

function givenTo(words: readonly string[], options: readonly string[]): string | undefined {
  const at = words.findIndex((word) => options.includes(word))
  return at === -1 ? undefined : words[at + 1]
}

/** Command and arguments: what is no option and no global option's value. */
function plainWords(words: readonly string[]): string[] {
  return words.filter((word, at) => !word.startsWith('-') && !withValue.includes(words[at - 1] ?? ''))
}

const withValue = ['-c', '--config', '--by', '--note', '--link', '--reason', '--question', '-n', '--limit']
