import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { styleText } from 'node:util'
import type { EnvironmentVariables } from '../../domain/reference.ts'
import { type Annotation, annotationLine } from '../github/annotation.ts'
import { harmlessIn } from './harmless.ts'
import { type Leaving, leavingOf } from './leaving.ts'
import { neutral } from './neutral.ts'
import { type Screen, screenOf } from './screen.ts'

export type { Screen } from './screen.ts'

/** What a command may use of the process around it; tests hand in their own. */
export type Shell = {
  environment: EnvironmentVariables
  directory: string
  /** Data: standard output. `look` colours the whole line where standard output shows colours. */
  print(line: string, look?: Look): void
  /** Talk: standard error. */
  say(line: string): void
  /** The only way to speak to the runner of GitHub Actions; to standard error, where it never stands between data. */
  annotate(annotation: Annotation): void
  now(): Date
  /** Resolves when the person presses Ctrl-C, or has done so since it was first asked; always the same promise. */
  interrupted(): Promise<void>
  /** For a command that has things to put away before it ends: instead of `interrupted`, and once. */
  leaving(tell: (why: Leaving) => void): void
  /** Is a person reading? Decides colours and questions. */
  terminal: boolean
  /** Where a view can be drawn again in place; none in a pipe, in CI and on a terminal that cannot. */
  screen?: Screen | null
}

/** What a line is, for a reader who is tired. */
export type Look = 'title' | 'good' | 'bad' | 'faint'

/** The real process. Addresses of a running `belay dev` in this directory stand in for unset variables. */
export function shellFrom(process: NodeJS.Process): Shell {
  const directory = process.cwd()
  const leaving = leavingOf(process)
  let interrupted: Promise<void> | null = null
  const harmless = harmlessIn(process.env)
  return {
    environment: { ...devAddresses(directory), ...process.env },
    directory,
    print: (line, look) => void process.stdout.write(`${coloured(process.stdout, harmless(line), look)}\n`),
    say: (line) => void process.stderr.write(`${harmless(line)}\n`),
    annotate: (annotation) => void process.stderr.write(`${neutral(annotationLine(annotation))}\n`),
    now: () => new Date(),
    interrupted: () => (interrupted ??= onceInterrupted(process)),
    leaving,
    terminal: process.stdout.isTTY === true && process.stdin.isTTY === true,
    screen: screenOf(process),
  }
}

function onceInterrupted(process: NodeJS.Process): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
}

const formats = { title: 'bold', good: 'green', bad: 'red', faint: 'dim' } as const

/** Only on a terminal, and not with NO_COLOR: `styleText` looks at both. After `harmless`, which would show it as text. */
function coloured(stream: NodeJS.WriteStream, text: string, look?: Look): string {
  return look ? styleText(formats[look], text, { stream }) : text
}

/** `belay dev` leaves its addresses in `.belay/dev.json`; half written, it is as good as none. */
function devAddresses(directory: string): Record<string, string> {
  const file = join(directory, '.belay', 'dev.json')
  if (!existsSync(file)) return {}
  const read = jsonOrNull(readFileSync(file, 'utf8'))
  if (typeof read !== 'object' || read === null) return {}
  return Object.fromEntries(
    Object.entries(read).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
  )
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
