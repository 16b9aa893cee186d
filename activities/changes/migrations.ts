import type { MigrationChange } from '../../src/domain/gate/changes.ts'
import type { DatabasePlan } from '../../src/domain/plan.ts'
import { allAdditive } from '../../src/domain/rollback/plan.ts'
import type { MigrationFile } from '../database/tools/tool.ts'
import { toolFor } from '../database/tools/tools.ts'
import { hashOf } from './hash.ts'
import type { Blob, Tree } from './tree.ts'

export type MigrationsFound = { shown: MigrationChange[]; total: number; hash: string | null }

/** Migrations added, edited and removed, as the tool understands their files: other comments are no change. */
export async function migrationsBetween(
  database: DatabasePlan | null,
  base: Tree,
  release: Tree,
): Promise<MigrationsFound> {
  if (database === null) return { shown: [], total: 0, hash: null }
  const { directory } = database.migrations
  const [before, after] = await Promise.all([base.list(directory), release.list(directory)])
  if (after === null) return notThere(directory, release)
  const changed = stemsThatDiffer(before ?? new Map(), after)
  const [old, brought] = await Promise.all([
    read(database, base, before ?? new Map(), changed),
    read(database, release, after, changed),
  ])
  const all = [...new Set([...old.keys(), ...brought.keys()])]
    .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .flatMap((name) => changeOf(database, name, old.get(name), brought.get(name)) ?? [])
  const hash = hashOf(all.map(({ name, change }) => [name, change, old.get(name)?.sha256, brought.get(name)?.sha256]))
  return { shown: all.slice(-mostMigrations), total: all.length, hash }
}

/** More than anybody reviews at once; the newest are shown. */
const mostMigrations = 60

/** The build may make them: what is not in the commit cannot be compared, and that is no "nothing changed". */
function notThere(directory: string, release: Tree): MigrationsFound {
  const shown: MigrationChange[] = [{ name: directory, change: 'unknown', additive: 'unknown', wayBack: 'unknown' }]
  return { shown, total: 1, hash: hashOf([[directory, 'unknown', release.commit]]) }
}

/** All files of a migration are read together: both of a pair, or those in its folder. */
function stemsThatDiffer(before: ReadonlyMap<string, Blob>, after: ReadonlyMap<string, Blob>): Set<string> {
  const names = [...new Set([...before.keys(), ...after.keys()])]
  return new Set(names.filter((name) => before.get(name)?.blob !== after.get(name)?.blob).map(stemOf))
}

function stemOf(file: string): string {
  const folder = /^(.+)\/(?:up\.sql|down\.sql|migration\.sql|metadata\.toml)$/.exec(file)?.[1]
  return folder ?? file.replace(/(?:\.(?:up|down))?\.[^.]*$/, '')
}

async function read(
  { migrations }: DatabasePlan,
  tree: Tree,
  files: ReadonlyMap<string, Blob>,
  stems: ReadonlySet<string>,
): Promise<Map<string, MigrationFile>> {
  const texts = new Map<string, string>()
  for (const [name, blob] of files) {
    if (name.split('/').some((part) => part.startsWith('.')) || !stems.has(stemOf(name))) continue
    // What is no text is compared all the same, by what git calls it.
    texts.set(name, (await tree.text(blob)) ?? `-- ${blob.blob}\nselect '${blob.blob}';`)
  }
  return new Map(
    toolFor(migrations)
      .read(texts)
      .map((file) => [file.name, file]),
  )
}

function changeOf(
  { migrations }: DatabasePlan,
  name: string,
  before: MigrationFile | undefined,
  after: MigrationFile | undefined,
): MigrationChange | null {
  if (after === undefined) return { name, change: 'removed', additive: 'unknown', wayBack: 'unknown' }
  const wayBack = wayBackOf(migrations, after)
  if (before === undefined) {
    return { name, change: 'added', additive: allAdditive([name], migrations.additive) ? 'yes' : 'no', wayBack }
  }
  return before.sha256 === after.sha256 ? null : { name, change: 'edited', additive: 'unknown', wayBack }
}

function wayBackOf(
  { tool }: DatabasePlan['migrations'],
  { wayBack, destroys }: MigrationFile,
): MigrationChange['wayBack'] {
  if (wayBack !== 'there') return 'none'
  // What the files of a foreign tool do, only that tool knows.
  if (tool === 'commands') return 'unknown'
  return destroys === null ? 'reversible' : 'loses_data'
}
