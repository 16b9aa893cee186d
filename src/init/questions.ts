import { type Answers, parseDirectory, parseHealth, parseRun, parseService, parseUnit } from './answers.ts'
import { directoryFor, type Guesses } from './guess.ts'
import type { Parsed } from './split-command.ts'

/** What was given on the command line, by option. */
export type Given = {
  service: string | null
  start: string | null
  systemd: string | null
  health: string | null
  directory: string | null
}

/** Asks a person; answers null when the person wants to leave. */
export type Ask = (question: {
  message: string
  initial: string | null
  problemWith: (text: string) => string | null
}) => Promise<string | null>

export type Answered =
  | { answers: Answers }
  /** Each names its flag. */
  | { problems: readonly string[] }
  | 'cancelled'

type Question<T> = {
  flag: string
  message: string
  given: string | null
  guess: string | null
  parse: (text: string) => Parsed<T>
}

/** Four questions, each answered by its flag, a person, or what the repository says. `ask` null: nobody is asked. */
export async function answersTo(given: Given, guesses: Guesses, ask: Ask | null): Promise<Answered> {
  if (given.start !== null && given.systemd !== null) return { problems: ['expected --start or --systemd, got both'] }
  const service = await resolve(serviceQuestion(given, guesses), ask)
  if (service === 'cancelled') return service
  const run = await resolve(runQuestion(given, guesses), ask)
  if (run === 'cancelled') return run
  const health = await resolve(healthQuestion(given, guesses), ask)
  if (health === 'cancelled') return health
  const directory = await resolve(directoryQuestion(given, 'value' in service ? service.value : null), ask)
  if (directory === 'cancelled') return directory
  if ('value' in service && 'value' in run && 'value' in health && 'value' in directory) {
    return { answers: { service: service.value, run: run.value, health: health.value, directory: directory.value } }
  }
  return { problems: [service, run, health, directory].flatMap((one) => ('problem' in one ? [one.problem] : [])) }
}

async function resolve<T>(question: Question<T>, ask: Ask | null): Promise<Parsed<T> | 'cancelled'> {
  const { flag, message, given, guess, parse } = question
  const problemWith = (text: string): string | null => {
    const parsed = parse(text)
    return 'problem' in parsed ? parsed.problem : null
  }
  const text = given ?? (ask === null ? guess : await ask({ message, initial: guess, problemWith }))
  if (text === null) {
    return ask === null ? { problem: `${flag}: cannot be read from the repository; give it with ${flag}` } : 'cancelled'
  }
  const parsed = parse(text)
  return 'problem' in parsed ? { problem: `${flag}: ${parsed.problem}` } : parsed
}

function serviceQuestion({ service }: Given, guesses: Guesses): Question<Answers['service']> {
  const message = 'What is the service called?'
  return { flag: '--service', message, given: service, guess: guesses.service, parse: parseService }
}

function runQuestion({ start, systemd }: Given, guesses: Guesses): Question<Answers['run']> {
  const message = 'How is it started? A command, or the name of a systemd unit'
  if (systemd !== null) return { flag: '--systemd', message, given: systemd, guess: null, parse: parseUnit }
  return { flag: '--start', message, given: start, guess: guesses.run, parse: parseRun }
}

function healthQuestion({ health }: Given, guesses: Guesses): Question<Answers['health']> {
  const message = 'Which address says that it is healthy? (host:port: only that it listens; none: no check)'
  return { flag: '--health', message, given: health, guess: guesses.health, parse: parseHealth }
}

function directoryQuestion({ directory }: Given, service: string | null): Question<Answers['directory']> {
  const message = 'Where does it live on its host?'
  const guess = directoryFor(service ?? 'service')
  return { flag: '--directory', message, given: directory, guess, parse: parseDirectory }
}
