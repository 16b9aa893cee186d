import type { MigrationWarning } from '../../../src/domain/rehearsal/rehearsal.ts'
import { readMigrationDirectory } from '../tools/migration-directory.ts'
import type { MigrationFile, MigrationSection, Release } from '../tools/tool.ts'
import type { Act } from './act.ts'
import { lossIn } from './loss.ts'
import { scriptActs, scriptSql } from './script-acts.ts'
import { scriptCalls } from './script-calls.ts'
import { sqlActs } from './sql-acts.ts'
import { squawk } from './squawk.ts'

/** By the migration's name, in the order of its lines. `silent`: why nothing is said of locks, in words; null: it is. */
export type Warnings = { of: ReadonlyMap<string, readonly MigrationWarning[]>; silent: string | null }

/** What reading the migrations tells: what each way destroys, and what it locks. Changes and runs nothing; never fails on what it cannot read. */
export async function migrationWarnings(release: Release, files: readonly MigrationFile[]): Promise<Warnings> {
  return await warningsIn(await readMigrationDirectory(release), files)
}

/** The same of files that lie nowhere: `texts` by their path below the migration directory. */
export async function warningsIn(
  texts: ReadonlyMap<string, string>,
  files: readonly MigrationFile[],
): Promise<Warnings> {
  const read = files.map((file) => ({ name: file.name, ...readingOf(file, texts) }))
  const sections = read.flatMap((one) => one.sections)
  const said = await squawk(sections)
  const bySection = new Map(sections.map((section, at) => [section, said.warnings[at] ?? []]))
  const of = read.map(({ name, sections: own, acts }): [string, MigrationWarning[]] => {
    const squawked = own.flatMap((section) => bySection.get(section) ?? [])
    return [name, inReadingOrder([...lossOf(acts), ...squawked])]
  })
  return { of: new Map(of), silent: said.silent }
}

type PlacedAct = Act & Pick<MigrationWarning, 'way' | 'file'>
type Reading = { sections: readonly MigrationSection[]; acts: readonly PlacedAct[] }

function readingOf(migration: MigrationFile, texts: ReadonlyMap<string, string>): Reading {
  const script = migration.sections.length > 0 ? null : scriptOf(migration, texts)
  const calls = script === null ? [] : scriptCalls(script.text)
  const written = calls.flatMap((call) => (script ? (scriptSql(call, script.file) ?? []) : []))
  const sections = [...migration.sections, ...written]
  const said = sections.flatMap(({ way, file, firstLine, sql }) =>
    sqlActs(sql, firstLine).map((act) => ({ ...act, way, file })),
  )
  const called = calls.flatMap((call) =>
    scriptActs(call).map((act) => ({ ...act, way: call.way, file: script?.file ?? '' })),
  )
  return { sections, acts: [...said, ...called].toSorted((a, b) => a.line - b.line) }
}

function scriptOf({ name }: MigrationFile, texts: ReadonlyMap<string, string>): { file: string; text: string } | null {
  const found = [...texts].find(([file]) => /\.[cm]?[jt]s$/.test(file) && file.replace(/\.[^.]*$/, '') === name)
  return found ? { file: found[0], text: found[1] } : null
}

function lossOf(acts: readonly PlacedAct[]): MigrationWarning[] {
  return (['up', 'down'] as const).flatMap((way) => {
    const [own, other] = [acts.filter((act) => act.way === way), acts.filter((act) => act.way !== way)]
    const file = own[0]?.file ?? ''
    return lossIn(way, own, other).map((found) => ({ ...found, way, file, from: 'belay' as const }))
  })
}

function inReadingOrder(warnings: readonly MigrationWarning[]): MigrationWarning[] {
  return warnings.toSorted((a, b) => b.way.localeCompare(a.way) || a.line - b.line)
}
