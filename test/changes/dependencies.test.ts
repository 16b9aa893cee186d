import { expect, test } from 'vitest'
import { changesLine, differenceLines } from '../../src/domain/gate/changes-text.ts'
import { unchangedWords } from '../../src/domain/gate/reviewed.ts'
import { openRepository } from './history.ts'

const npm = (versions: Record<string, string>) =>
  JSON.stringify({
    lockfileVersion: 3,
    packages: Object.fromEntries(
      Object.entries(versions).map(([name, version]) => [`node_modules/${name}`, { version }]),
    ),
  })
const toml = (versions: Record<string, string>) =>
  Object.entries(versions)
    .map(([name, version]) => `[[package]]\nname = "${name}"\nversion = "${version}"\n`)
    .join('\n')

const [before, after] = [
  { kept: '1.0.0', up: '1.0.0', gone: '1.0.0' },
  { kept: '1.0.0', up: '2.0.0', new: '1.0.0' },
]
const lines = (write: (name: string, version: string) => string) => (versions: Record<string, string>) =>
  Object.entries(versions)
    .map(([name, version]) => write(name, version))
    .join('')

test.each([
  ['package-lock.json', npm],
  ['Cargo.lock', toml],
  ['uv.lock', toml],
  ['poetry.lock', toml],
  ['requirements.txt', lines((name, version) => `# ${name}\n${name}==${version} \\\n    --hash=sha256:abc\n`)],
  ['go.sum', lines((name, version) => `${name} v${version} h1:x=\n${name} v${version}/go.mod h1:y=\n`)],
  ['Gemfile.lock', lines((name, version) => `    ${name} (${version})\n      other (>= 1)\n`)],
  ['yarn.lock', lines((name, version) => `${name}@^1.0.0:\n  version "${version}"\n  resolved "x"\n\n`)],
  [
    'pnpm-lock.yaml',
    (versions: Record<string, string>) =>
      `packages:\n${lines((name, version) => `  ${name}@${version}: {}\n`)(versions)}`,
  ],
  [
    'composer.lock',
    (versions: Record<string, string>) =>
      JSON.stringify({ packages: Object.entries(versions).map(([name, version]) => ({ name, version })) }),
  ],
])('%s tells which packages changed, from which version to which', async (file, write) => {
  const repository = await openRepository()
  const base = await repository.commit('first', { [file]: write(before) })
  const release = await repository.commit('second', { [file]: write(after) })
  const v = file === 'go.sum' ? 'v' : ''
  expect((await repository.changes(base, release)).dependencies).toEqual([
    {
      file,
      change: 'changed',
      packages: [
        { name: 'gone', before: `${v}1.0.0`, after: null },
        { name: 'new', before: null, after: `${v}1.0.0` },
        { name: 'up', before: `${v}1.0.0`, after: `${v}2.0.0` },
      ],
    },
  ])
})

test('a lockfile that is not read, or whose versions are the same, differs all the same', async () => {
  const repository = await openRepository()
  const base = await repository.commit('first', {
    'deps/mix.lock': 'a',
    'go.mod': 'module x\n',
    'package-lock.json': npm(before),
  })
  const release = await repository.commit('second', {
    'deps/mix.lock': 'b',
    'go.mod': 'module y\n',
    'package-lock.json': `${npm(before)}\n`,
  })
  expect((await repository.changes(base, release)).dependencies).toEqual([
    { file: 'package-lock.json', change: 'changed', packages: [] },
    { file: 'go.mod', change: 'changed', packages: null },
  ])
  const named = await repository.changes(base, release, { lockfiles: ['deps/mix.lock'] })
  expect(named.dependencies).toEqual([{ file: 'deps/mix.lock', change: 'changed', packages: null }])
  expect(named.hashes.dependencies).not.toBeNull()
})

test('ten thousand packages are cut, and count all the same', async () => {
  const repository = await openRepository()
  const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`package-${at}`, '1.0.0']))
  const commit = await repository.commit('first', { 'package-lock.json': npm(many) })
  const found = await repository.changes(null, commit)
  expect(found.totals.dependencies).toBe(10_000)
  expect(found.dependencies[0]?.packages).toHaveLength(150)
})

test('no lockfile at all, or none at the root, is never unchanged', async () => {
  const repository = await openRepository()
  const base = await repository.commit('first', { 'api/package-lock.json': npm(before) })
  const release = await repository.commit('second', { 'api/package-lock.json': npm(after) })
  const found = await repository.changes(base, release)
  expect(found.dependencies).toEqual([{ file: null, change: 'unknown', packages: null }])
  expect(found.hashes.dependencies).not.toBeNull()
  expect(unchangedWords(found, 'dependencies')).toBeNull()
  expect(changesLine(found)).toContain('no lockfile found since 1.0.0')
  expect(differenceLines(found, 'dependencies')).toEqual([
    '? no lockfile found, nobody can compare dependencies: name it in review.lockfiles',
  ])
  // Signed for one commit, it says nothing about the next.
  const next = await repository.commit('third', { 'api/package-lock.json': npm(before) })
  expect((await repository.changes(base, next)).hashes.dependencies).not.toBe(found.hashes.dependencies)
  // Nothing else is asked for where there is nothing to configure and no database.
  expect(found.hashes).toMatchObject({ migrations: null, configuration: null })
})

test('a lockfile that is named and in neither commit is a difference; one that is there and the same is none', async () => {
  const repository = await openRepository()
  const base = await repository.commit('first', { 'package-lock.json': npm(before) })
  const release = await repository.commit('second', { 'notes.txt': 'code only' })
  const typo = await repository.changes(base, release, { lockfiles: ['package-lock.json', 'api/package-lock.jsn'] })
  expect(typo.dependencies).toEqual([{ file: 'api/package-lock.jsn', change: 'unknown', packages: null }])
  expect(differenceLines(typo, 'dependencies')).toEqual([
    '? api/package-lock.jsn: named in review.lockfiles, and not there: nobody can compare it',
  ])
  expect(unchangedWords(typo, 'dependencies')).toBeNull()
  const same = await repository.changes(base, release)
  expect(unchangedWords(same, 'dependencies')).toBe('no new dependencies since 1.0.0')
})
