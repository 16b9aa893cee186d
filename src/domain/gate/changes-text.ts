import type {
  ConfigurationChange,
  ConfigurationKey,
  DependencyChange,
  MigrationChange,
  ReleaseChanges,
} from './changes.ts'
import type { Subject } from './reviewed.ts'

/** `12 commits by 3 people, 1 migration, 2 configuration keys, 3 packages since 1.2.0` */
export function changesLine({ base, basis, commits, dependencies, totals }: ReleaseChanges): string {
  const parts = [
    `${count(commits.total, 'commit')}${commits.people > 0 ? ` by ${count(commits.people, 'person', 'people')}` : ''}`,
    ...(commits.takenBack > 0 ? [`${count(commits.takenBack, 'commit')} taken back`] : []),
    count(totals.migrations, 'migration'),
    count(totals.configuration, 'configuration key'),
    dependencies.some(({ file }) => file === null) ? 'no lockfile found' : count(totals.dependencies, 'package'),
  ]
  return `${parts.join(', ')}${sinceWords(base, basis)}`
}

function sinceWords(base: ReleaseChanges['base'], basis: ReleaseChanges['basis']): string {
  switch (basis) {
    case 'compared':
      return base ? ` since ${base.version}` : ''
    case 'first':
      return ' (the first release: everything is new)'
    case 'unknown':
      return base
        ? ` (the repository has no commit ${base.commit.slice(0, 12)} of ${base.version}: everything counts as changed)`
        : ' (nobody knows what runs: everything counts as changed)'
  }
}

/** One difference, a line for each migration, key or package; how many are not shown comes last. */
export function differenceLines(changes: ReleaseChanges, subject: Subject): string[] {
  switch (subject) {
    case 'migrations':
      return withRest(changes.migrations.map(migrationLine), changes.totals.migrations)
    case 'configuration':
      return withRest(configurationLines(changes), changes.totals.configuration)
    case 'dependencies':
      return withRest(changes.dependencies.flatMap(dependencyLines), changes.totals.dependencies)
  }
}

function migrationLine({ name, change, additive, wayBack }: MigrationChange): string {
  if (change === 'unknown') return `? ${name}: not in the commit, nobody can compare it`
  const kind = additive === 'yes' ? 'additive' : additive === 'no' ? 'not declared additive' : ''
  return `${sign(change)} ${name} (${[change, kind, wayBackWords(wayBack)].filter((part) => part !== '').join(', ')})`
}

function wayBackWords(wayBack: MigrationChange['wayBack']): string {
  switch (wayBack) {
    case 'reversible':
      return 'reversible'
    case 'loses_data':
      return 'loses data, which no way back restores'
    case 'none':
      return 'no way back'
    case 'unknown':
      return ''
  }
}

function configurationLines({ configuration }: ReleaseChanges): string[] {
  return configuration.flatMap((file) => {
    const { source, target, movedFrom } = file
    const moved = movedFrom === undefined ? [] : [`~ ${source}: written to ${target}, before to ${movedFrom}`]
    return [...moved, ...contentLines(file)]
  })
}

function contentLines({ source, change, keys }: ConfigurationChange): string[] {
  if (change === 'moved') return []
  if (change === 'unknown') return [`? ${source}: not in the commit (the build makes it), nobody can compare it`]
  if (keys.length === 0) return [`${sign(change)} ${source} (${change}, as a whole)`]
  return keys.map((key) => `${sign(key.change)} ${source} ${keyWords(key)}`)
}

function keyWords({ key, change, secret, before, after }: ConfigurationKey): string {
  if (secret) return `${key} (${change}, a secret: not shown)`
  if (change === 'added') return `${key}: ${after}`
  return change === 'removed' ? `${key}: ${before}` : `${key}: ${before} -> ${after}`
}

function dependencyLines({ file, change, packages }: DependencyChange): string[] {
  if (file === null) return ['? no lockfile found, nobody can compare dependencies: name it in review.lockfiles']
  if (change === 'unknown') return [`? ${file}: named in review.lockfiles, and not there: nobody can compare it`]
  if (packages === null) return [`${sign(change)} ${file} (${change}; its format is not read)`]
  if (packages.length === 0) return [`${sign(change)} ${file} (${change}; no version is another)`]
  return packages.map(({ name, before, after }) => {
    const versions = [before, after].filter((one) => one !== null).join(' -> ')
    return `${before === null ? '+' : after === null ? '-' : '~'} ${name} ${versions}`
  })
}

function withRest(lines: readonly string[], total: number): string[] {
  return total > lines.length ? [...lines, `and ${total - lines.length} more`] : [...lines]
}

function sign(change: 'added' | 'changed' | 'edited' | 'removed'): string {
  return change === 'added' ? '+' : change === 'removed' ? '-' : '~'
}

function count(many: number, one: string, several = `${one}s`): string {
  return `${many} ${many === 1 ? one : several}`
}
