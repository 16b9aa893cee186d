import type { Directory } from '../directory.ts'

type Needs = { packages: boolean; script: boolean; development: boolean }

/** How this repository installs packages, as its lockfile shows. */
export type PackageManager = {
  lockfile: string | null
  run: readonly string[]
  test: readonly string[]
  /** One command that installs and tests; null: this manager has none. */
  installAndTest: readonly string[] | null
  build(needs: Needs): string[][]
}

export function packageManagerOf({ paths }: Pick<Directory, 'paths'>): PackageManager {
  const has = (name: string): boolean => paths.includes(name)
  if (has('pnpm-lock.yaml')) {
    const frozen = ['--frozen-lockfile']
    return manager('pnpm', 'pnpm-lock.yaml', ['install', ...frozen], '--prod', ['install-test', ...frozen])
  }
  if (has('yarn.lock')) {
    const modern = has('.yarnrc.yml')
    return manager(
      'yarn',
      'yarn.lock',
      ['install', modern ? '--immutable' : '--frozen-lockfile'],
      modern ? null : '--production',
      null,
    )
  }
  if (has('bun.lock') || has('bun.lockb')) {
    return manager(
      'bun',
      has('bun.lock') ? 'bun.lock' : 'bun.lockb',
      ['install', '--frozen-lockfile'],
      '--production',
      null,
    )
  }
  const lockfile = ['package-lock.json', 'npm-shrinkwrap.json'].find(has) ?? null
  if (lockfile === null) return manager('npm', null, ['install'], '--omit=dev', ['install-test'])
  return manager('npm', lockfile, ['ci'], '--omit=dev', ['install-ci-test'])
}

/** `lean`: leaves development packages out; null: it has no such option. */
function manager(
  name: string,
  lockfile: string | null,
  install: readonly string[],
  lean: string | null,
  installAndTest: readonly string[] | null,
): PackageManager {
  return {
    lockfile,
    run: [name],
    test: name === 'bun' ? ['bun', 'run', 'test'] : [name, 'test'],
    installAndTest: installAndTest === null ? null : [name, ...installAndTest],
    build: ({ packages, script, development }) => [
      ...(packages ? [[name, ...install, ...(development || lean === null ? [] : [lean])]] : []),
      ...(script ? [[name, 'run', 'build']] : []),
    ],
  }
}
