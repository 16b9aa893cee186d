import { sha256 } from './migration-directory.ts'
import { noWayBackIn } from './no-way-back.ts'
import { bareStatement, destroysIn, splitStatements } from './sql-statements.ts'
import type { MigrationFile, MigrationSection } from './tool.ts'

/** `upOutside`, `downOutside`: told to run outside a transaction. */
type DbmateFile = MigrationFile & { upOutside: boolean; downOutside: boolean }

/** A migration file of dbmate; null: not one (another ending, no number, in a folder below). */
export function readDbmateFile(file: string, text: string): DbmateFile | null {
  const name = /^(\d[^/]*)\.sql$/.exec(file)?.[1]
  if (name === undefined) return null
  const { up, down } = blocksOf(file, text)
  const [ups, downs] = [splitStatements(up?.sql ?? ''), splitStatements(down?.sql ?? '')]
  const outside = [isOutside(up), isOutside(down)]
  return {
    name,
    // A marker is a comment, and its option changes what runs.
    sha256: sha256(...ups.map(bareStatement), `-- ${outside[0]}`, ...downs.map(bareStatement), `-- ${outside[1]}`),
    bytes: sha256(text),
    wayBack: down === null ? 'missing' : downs.length === 0 ? 'empty' : 'there',
    noWayBack: noWayBackIn(text),
    sections: [up, down].filter((section) => section !== null),
    destroys: destroysIn(ups),
    problem: problemOf(file, text, up !== null),
    up: 'own',
    down: 'own',
    resumes: false,
    upOutside: outside[0] === true,
    downOutside: outside[1] === true,
  }
}

/** dbmate takes two files of one version for one migration. */
export function isRepeated(name: string, names: readonly string[]): boolean {
  const version = (one: string) => /^\d+/.exec(one)?.[0]
  return names.some((other) => other !== name && version(other) === version(name))
}

// Exactly what the tool takes for a marker: a line that looks like one to us alone would be run as a comment.
const upMarker = /^--\s*migrate:up(?:\s*$|\s+\S+)/m
const downMarker = /^--\s*migrate:down(?:\s*$|\s+\S+)$/m

function blocksOf(file: string, text: string): { up: MigrationSection | null; down: MigrationSection | null } {
  const [up, down] = [text.search(upMarker), text.search(downMarker)]
  const section = (way: 'up' | 'down', from: number, to?: number): MigrationSection => {
    return { way, file, firstLine: text.slice(0, from).split('\n').length, sql: text.slice(from, to) }
  }
  return {
    up: up < 0 ? null : section('up', up, down > up ? down : undefined),
    down: down < 0 ? null : section('down', down, up > down ? up : undefined),
  }
}

function isOutside(section: MigrationSection | null): boolean {
  const [marker = ''] = section?.sql.split('\n') ?? []
  return marker.split(/\s+/).includes('transaction:false')
}

/** What dbmate refuses while it runs is refused before. */
function problemOf(file: string, text: string, hasUp: boolean): string | null {
  const [up, down] = [text.search(upMarker), text.search(downMarker)]
  if (!hasUp) return `${file}: expected a line "-- migrate:up", got none`
  if (down < 0)
    return `${file}: expected a line "-- migrate:down", got none; dbmate wants one, empty where nothing goes back`
  if (up > down) return `${file}: expected "-- migrate:up" before "-- migrate:down", got them the other way round`
  const before = text.slice(0, up).split('\n')
  if (before.some((line) => !/^\s*(--.*)?$/.test(line))) return `${file}: expected nothing before "-- migrate:up"`
  const markers = [...text.matchAll(/^--\s*migrate:(?:up|down)\b/gm)]
  return markers.length === 2
    ? null
    : `${file}: expected one "-- migrate:up" and one "-- migrate:down", got ${markers.length} such lines`
}
