import type { Directory, Seen } from '../directory.ts'
import { type ComposeProject, composeProject } from './compose.ts'
import { type Database, databaseOf } from './database.ts'
import { type Listening, listeningOf } from './listening.ts'
import { type Migrations, migrationsOf } from './migrations.ts'
import { type Processes, processesOf } from './processes.ts'
import { type Program, programOf } from './program.ts'
import { seenIn } from './seen.ts'
import { tagStyle } from './tag-style.ts'
import { type Variables, variablesOf } from './variables.ts'

/** Everything the repository says about how its service is built, started, looked at and migrated. */
export type Detected = {
  /** The directory's own name. */
  place: string
  program: Program | null
  processes: Processes
  compose: ComposeProject | null
  listening: Listening | null
  variables: Variables | null
  migrations: Migrations | null
  database: Database | null
  /** Files like `config/production.json`. */
  configuration: readonly string[]
  /** `v{version}`; null: no tag is a version. */
  tag: string | null
  tags: readonly string[]
  /** A metrics page, or a library that makes metrics. */
  metrics: boolean
  seen: readonly Seen[]
  /** What was noticed and will not be done, in words. */
  notes: readonly string[]
}

export function detect(directory: Directory): Detected {
  const program = programOf(directory)
  const compose = composeProject(directory)
  const processes = processesOf(directory, program)
  const variables = variablesOf(directory)
  const migrations = migrationsOf(directory, program)
  const start = processes.main !== null && 'start' in processes.main.run ? processes.main.run.start : null
  const tags = directory.git?.tags ?? []
  const listening = listeningOf(directory, start)
  const found = {
    place: directory.name,
    program,
    processes,
    compose,
    listening,
    variables,
    migrations,
    database: databaseOf({ program, compose, variables, migrations }),
    configuration: directory.paths.filter((path) => /^config\/[^/]+\.(json|ya?ml|toml)$/.test(path)),
    tag: tagStyle(tags),
    tags,
    metrics: (listening?.metrics ?? null) !== null || hasMetricsLibrary(program),
  }
  return { ...found, seen: seenIn(found), notes: [...(program?.notes ?? []), ...processes.notes, ...notesOn(found)] }
}

function hasMetricsLibrary(program: Program | null): boolean {
  return (
    program?.dependencies?.some((name) => /prom|opentelemetry|statsd|datadog|dd-trace|metrics/i.test(name)) ?? false
  )
}

function notesOn({ migrations, database, compose }: Pick<Detected, 'migrations' | 'database' | 'compose'>): string[] {
  return [
    ...(migrations?.by === 'foreign'
      ? [
          `${migrations.tool} (${migrations.from}): Belay does not know it; give it its four commands with \`tool: commands\`, or migrate by hand before the release, and sign pre.migrations_tested`,
        ]
      : []),
    ...(migrations?.by === 'belay' && database?.kind === 'another'
      ? [
          `${migrations.tool} (${migrations.from}): Belay migrates Postgres only; migrate by hand before the release, and sign pre.migrations_tested`,
        ]
      : []),
    ...(compose
      ? [
          `${compose.from}: a compose project is not run as such; a process with start, stop and pid commands can drive one`,
        ]
      : []),
  ]
}
