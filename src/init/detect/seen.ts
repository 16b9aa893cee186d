import type { Seen } from '../directory.ts'
import { commandText } from '../split-command.ts'
import type { Detected } from './detect.ts'
import type { FoundProcess } from './processes.ts'

/** What was detected, one thing a line, each with the file that says so. */
export function seenIn(found: Omit<Detected, 'seen' | 'notes'>): Seen[] {
  const { program, processes, compose, listening, variables, migrations, database, configuration, tag, tags } = found
  const line = (what: string, from: string): Seen => ({ what, from })
  return [
    ...(program?.name ? [line(`called ${program.name}`, program.from)] : []),
    ...[processes.main, ...processes.others].flatMap((one) => (one ? [line(processWords(one), one.from)] : [])),
    ...(program ? program.build.map((command) => line(`builds with ${commandText(command)}`, program.from)) : []),
    ...(program?.tests ? [line(`tests with ${commandText(program.tests)}`, program.from)] : []),
    ...(listening ? [line(listeningWords(listening), listening.from)] : []),
    ...(compose
      ? [line(`compose services ${compose.services.join(', ') || 'none that could be read'}`, compose.from)]
      : []),
    ...(database
      ? [line(database.kind === 'postgres' ? 'a Postgres' : 'a database that is not Postgres', database.from)]
      : []),
    ...(migrations ? [line(`migrations of ${migrations.tool}`, migrations.from)] : []),
    ...(variables ? [line(`${variables.names.length} variables (names only are used)`, variables.from)] : []),
    ...(configuration.length > 0 ? [line('configuration files', configuration.join(', '))] : []),
    ...(tag ? [line(`releases tagged ${tag}`, `git tag ${tags[0] ?? ''}`)] : []),
  ]
}

function processWords({ name, run, worker }: FoundProcess): string {
  const how = 'start' in run ? commandText(run.start) : `systemd unit ${run.systemd}`
  return `${worker ? 'worker' : 'process'} ${name}: ${how}`
}

function listeningWords({ port, health, metrics }: NonNullable<Detected['listening']>): string {
  const paths = [health, metrics].filter((path) => path !== null)
  return [port === null ? [] : `listens on ${port}`, paths.length > 0 ? `answers ${paths.join(', ')}` : []]
    .flat()
    .join(', ')
}
