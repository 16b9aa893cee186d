import type { MigrationChange, ReleaseChanges } from '../gate/changes.ts'

/** `12 commits by 3 people, 1 migration (reversible), 2 configuration keys`: what a release changes, in one line. */
export function changesLine({ commits, migrations, configuration, dependencies }: ReleaseChanges): string {
  const keys = configuration.reduce((sum, file) => sum + Math.max(1, file.keys.length), 0)
  const packages = dependencies.reduce((sum, file) => sum + (file.packages?.length ?? 1), 0)
  const parts = [
    commits.total > 0 &&
      `${counted(commits.total, 'commit')} by ${counted(commits.authors.length, 'person', 'people')}`,
    migrations.length > 0 && `${counted(migrations.length, 'migration')} (${worstWayBack(migrations)})`,
    keys > 0 && counted(keys, 'configuration key'),
    packages > 0 && counted(packages, 'dependency', 'dependencies'),
  ].filter(Boolean)
  return parts.length > 0 ? parts.join(', ') : 'nothing'
}

export function wayBackWords(wayBack: MigrationChange['wayBack']): string {
  switch (wayBack) {
    case 'reversible':
      return 'reversible'
    case 'loses_data':
      return 'going back loses data'
    case 'none':
      return 'no way back'
    case 'unknown':
      return 'way back not known'
  }
}

/** One of several that cannot go back is what people must know of all. */
function worstWayBack(migrations: readonly MigrationChange[]): string {
  const order = ['none', 'loses_data', 'unknown', 'reversible'] as const
  return wayBackWords(order.find((one) => migrations.some(({ wayBack }) => wayBack === one)) ?? 'unknown')
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}
