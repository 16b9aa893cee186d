import { expect, test } from 'vitest'
import { configurationOf, databaseOf, openRepository } from './history.ts'

test('commits and authors since the version of record are told, newest first, and each author once', async () => {
  const repository = await openRepository()
  const base = await repository.commit('first', { a: '1' })
  await repository.commit('second', { a: '2' }, 'bob')
  await repository.commit('third', { a: '3' }, 'bob')
  const release = await repository.commit('fourth', { a: '4' })
  const { commits, base: told, basis } = await repository.changes(base, release)
  expect({ told, basis }).toEqual({ told: { version: '1.0.0', commit: base }, basis: 'compared' })
  expect(commits).toMatchObject({
    total: 3,
    takenBack: 0,
    people: 2,
    authors: ['bob <bob@example.com>', 'ann <ann@example.com>'],
  })
  expect(commits.newest.map(({ subject }) => subject)).toEqual(['fourth', 'third', 'second'])
})

test('an older release says how many commits it takes back', async () => {
  const repository = await openRepository()
  const release = await repository.commit('first', { a: '1' })
  const base = await repository.commit('second', { a: '2' })
  expect((await repository.changes(base, release)).commits).toMatchObject({ total: 0, takenBack: 1 })
})

test('the same commit again changes nothing, and says so with no hash', async () => {
  const repository = await openRepository()
  const files = { 'config.json': '{}', 'migrations/001_a.up.sql': 'select 1;', 'requirements.txt': 'flask==3.0\n' }
  const commit = await repository.commit('first', files)
  const found = await repository.changes(commit, commit, {
    database: databaseOf('sql'),
    configuration: configurationOf('config.json'),
  })
  expect(found).toMatchObject({
    migrations: [],
    configuration: [],
    dependencies: [],
    hashes: { migrations: null, configuration: null, dependencies: null },
  })
})

test('a first release brings everything', async () => {
  const repository = await openRepository()
  const commit = await repository.commit('first', { 'config.json': '{"a":1}', 'requirements.txt': 'flask==3.0\n' })
  const found = await repository.changes(null, commit, { configuration: configurationOf('config.json') })
  expect(found).toMatchObject({ base: null, basis: 'first', commits: { total: 1 } })
  expect(found.configuration).toMatchObject([
    { source: 'config.json', change: 'added', keys: [{ key: 'a', after: '1' }] },
  ])
  expect(found.dependencies).toEqual([
    { file: 'requirements.txt', change: 'added', packages: [{ name: 'flask', before: null, after: '3.0' }] },
  ])
})

test('a base that the repository does not have makes everything count as changed', async () => {
  const repository = await openRepository()
  const commit = await repository.commit('first', { 'config.json': '{"a":1}' })
  const configuration = configurationOf('config.json')
  const found = await repository.changes('f'.repeat(40), commit, { configuration })
  expect(found).toMatchObject({
    basis: 'unknown',
    base: { commit: 'f'.repeat(40) },
    configuration: [{ change: 'added' }],
  })
  expect(await repository.ask('unknown', commit, { configuration })).toMatchObject({ basis: 'unknown', base: null })
})

test('the digest is the same for the same comparison, and another for another base', async () => {
  const repository = await openRepository()
  const first = await repository.commit('first', { a: '1' })
  const second = await repository.commit('second', { a: '2' })
  const release = await repository.commit('third', { a: '3' })
  const { digest } = await repository.changes(first, release)
  expect((await repository.changes(first, release)).digest).toBe(digest)
  expect((await repository.changes(second, release)).digest).not.toBe(digest)
  expect(await repository.ask({ version: '1.0.0', commit: first }, release, { known: digest })).toBe('same')
})

test('a commit that is not there is refused with the next step', async () => {
  const repository = await openRepository()
  await repository.commit('first', { a: '1' })
  await expect(repository.changes(null, 'f'.repeat(40))).rejects.toMatchObject({
    type: 'Invalid',
    message: expect.stringContaining('push it first'),
  })
})
