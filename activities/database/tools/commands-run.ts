import { access, constants } from 'node:fs/promises'
import { resolve } from 'node:path'
import { codeWords } from '../../../src/domain/exit-words.ts'
import type { MigrationCommands } from '../../../src/domain/plan.ts'
import { isErrno } from '../../disk/atomic.ts'
import type { MigrationSettings, Release, Target } from './tool.ts'
import { runToolProcess } from './tool-process.ts'

/** A list that takes longer says nothing about the database any more. */
const listTimeoutMs = 60_000
/** No service has more; what prints more prints something else. */
const mostNames = 10_000
const longestName = 255

/** The names that a list prints, one a line. Throws, in words, when it fails or prints anything else. */
export async function listNames(release: Release, target: Target, which: 'applied' | 'pending'): Promise<string[]> {
  const { settings, releaseDirectory } = release
  const command = commandsOf(settings)[which]
  const what = `database.migrations.commands.${which} (${command[0]})`
  const printed = bounded()
  const timeoutMs = Math.min(listTimeoutMs, settings.timeoutMs)
  const running = { command, cwd: releaseDirectory, settings, out: printed.add, timeoutMs }
  const end = await runToolProcess(target, running).catch((error: unknown) => {
    if (!isErrno(error, 'ENOENT', 'EACCES')) throw error
    throw new Error(`${what}: expected a program to run, got ${codeOf(error)}`)
  })
  if (end.exitCode !== 0) {
    const got = end.signal === 'SIGKILL' ? `no end within ${timeoutMs} ms` : codeWords(end)
    throw new Error(`${what}: expected exit code 0, got ${got}: ${end.tail}`)
  }
  return namesIn(printed.text(), what)
}

export function commandsOf({ commands }: MigrationSettings): MigrationCommands {
  if (commands) return commands
  throw new Error('database.migrations.commands: expected what to run beside tool: commands, got nothing')
}

/** `{name}` inside an argument becomes the name. Throws for a name that could be an option or hide something. */
export function commandFor(command: readonly string[], name: string): string[] {
  const problem = nameProblem(name)
  if (problem !== null) throw new Error(problem)
  return command.map((argument) => argument.replaceAll('{name}', () => name))
}

/** The release, or a program of it, that is not there, in words; null: all are, or lie on PATH. */
export async function missingProgram({ settings, releaseDirectory }: Release): Promise<string | null> {
  for (const [which, [program = '']] of Object.entries(commandsOf(settings))) {
    const needed = program.includes('/') ? program : '.'
    const problem = await problemOf(resolve(releaseDirectory, needed))
    const what = needed === '.' ? 'the release' : program
    if (problem === null) continue
    return `database.migrations.commands.${which}: expected ${what} in ${releaseDirectory}, to be run, got ${problem}`
  }
  return null
}

async function problemOf(path: string): Promise<string | null> {
  try {
    await access(path, constants.X_OK)
    return null
  } catch (error) {
    if (!isErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES')) throw error
    return codeOf(error)
  }
}

function namesIn(text: string, what: string): string[] {
  const names = text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.replace(/\r$/, '').trim()]))
  if (names.length > mostNames) throw new Error(`${what}: expected at most ${mostNames} names, got ${names.length}`)
  const problem = names.map(nameProblem).find((one) => one !== null)
  if (problem !== undefined) throw new Error(`${what}: ${problem}`)
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined) throw new Error(`${what}: expected each name once, got ${twice} twice`)
  return names
}

function nameProblem(name: string): string | null {
  const shown = JSON.stringify(name.slice(0, 60))
  if (name === '' || name.length > longestName)
    return `expected a name of at most ${longestName} characters, got ${shown}`
  if (name.startsWith('-')) return `expected a name, got ${shown}, which a program would take for an option`
  return /\p{Cc}/u.test(name) ? `expected a name, got ${shown}, with control characters` : null
}

/** More than the longest list is not kept. */
function bounded() {
  const mostCharacters = mostNames * (longestName + 1)
  let text = ''
  return {
    add: (more: string) => {
      if (text.length <= mostCharacters) text += more
    },
    text: () => text,
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}
