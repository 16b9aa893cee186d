import { expect, test } from 'vitest'
import { differenceLines } from '../../src/domain/gate/changes-text.ts'
import { configurationOf, openRepository } from './history.ts'

test.each([
  [
    'config.json',
    '{"db":{"pool":5,"hosts":["a","b"]},"gone":true}',
    '{"db":{"pool":"5","hosts":["a","c"]},"new":null}',
  ],
  ['config.yaml', 'db: { pool: 5, hosts: [a, b] }\ngone: true\n', 'db: { pool: "5", hosts: [a, c] }\nnew: null\n'],
])('%s is compared key by key', async (source, before, after) => {
  const repository = await openRepository()
  const base = await repository.commit('first', { [source]: before })
  const release = await repository.commit('second', { [source]: after })
  const { configuration, totals } = await repository.changes(base, release, { configuration: configurationOf(source) })
  const key = (name: string, change: string, was: string | null, is: string | null) => ({
    key: name,
    change,
    secret: false,
    before: was,
    after: is,
  })
  expect(configuration).toEqual([
    {
      source,
      target: `/srv/${source}`,
      change: 'changed',
      keys: [
        key('db.pool', 'changed', '5', '"5"'),
        key('db.hosts[1]', 'changed', '"b"', '"c"'),
        key('gone', 'removed', 'true', null),
        key('new', 'added', null, 'null'),
      ],
    },
  ])
  expect(totals.configuration).toBe(4)
})

test('KEY=value lines are compared by name, and comments are no keys', async () => {
  const repository = await openRepository()
  const base = await repository.commit('first', { 'app.env': '# old\nexport LEVEL=info\nSAME=1\n' })
  const release = await repository.commit('second', { 'app.env': '# new\nLEVEL=debug\nSAME=1\n' })
  const { configuration } = await repository.changes(base, release, { configuration: configurationOf('app.env') })
  expect(configuration).toMatchObject([{ keys: [{ key: 'LEVEL', before: 'info', after: 'debug' }] }])
})

test('the value of what looks like a secret leaves neither by its key nor by its looks, and changes the hash', async () => {
  const repository = await openRepository()
  const secrets = (canary: string) => ({
    smtp: { password: canary, user: 'mail' },
    stripeKey: canary,
    tokens: [canary],
    url: `postgres://shop:${canary}@db/shop`,
    blob: `ghp_${canary.repeat(3)}`,
    reference: '${env:API_TOKEN}',
    [`sk-${canary}`]: 1,
  })
  const file = (canary: string) => ({ 'config.json': JSON.stringify(secrets(canary)) })
  const base = await repository.commit('first', {})
  const first = await repository.commit('second', file('canaryone'))
  const second = await repository.commit('third', file('canarytwo'))
  const configuration = configurationOf('config.json')
  const found = await repository.changes(base, first, { configuration })
  const other = await repository.changes(first, second, { configuration })
  expect(JSON.stringify([found, other])).not.toContain('canary')
  expect(found.configuration[0]?.keys.map(({ key, secret, after }) => [key, secret, after])).toEqual([
    ['smtp.password', true, null],
    ['smtp.user', false, '"mail"'],
    ['stripeKey', true, null],
    ['tokens[0]', true, null],
    ['url', true, null],
    ['blob', true, null],
    ['reference', false, '"${env:API_TOKEN}"'],
    ['(a key that looks like a secret)', false, '1'],
  ])
  expect(other.hashes.configuration).not.toBeNull()
  expect(other.hashes.configuration).not.toBe(found.hashes.configuration)
})

test('what cannot be compared is never unchanged', async () => {
  const repository = await openRepository()
  const base = await repository.commit('first', {
    'nginx.conf': 'server { }',
    'broken.json': '{',
    'old.json': '{"a":1}',
  })
  const release = await repository.commit('second', { 'nginx.conf': 'server { listen 80; }', 'broken.json': '{{' })
  const configuration = configurationOf('nginx.conf', 'broken.json', 'made-by-the-build.json')
  const found = await repository.changes(base, release, { configuration })
  expect(found.configuration.map(({ source, change, keys }) => [source, change, keys])).toEqual([
    ['nginx.conf', 'changed', []],
    ['broken.json', 'changed', []],
    ['made-by-the-build.json', 'unknown', []],
  ])
})

test('a file that only the plan of record brought is removed', async () => {
  const repository = await openRepository()
  const base = await repository.commit('first', { 'old.json': '{"a":1}' })
  const found = await repository.changes(base, base, {}, configurationOf('old.json'))
  expect(found.configuration).toMatchObject([
    { source: 'old.json', change: 'removed', keys: [{ key: 'a', after: null }] },
  ])
})

test('a source that the plan of record did not bring is added, also where its commit has the file', async () => {
  const repository = await openRepository()
  const base = await repository.commit('first', { 'production.json': '{"a":1}', 'staging.json': '{"a":2}' })
  const release = await repository.commit('second', {})
  const configuration = configurationOf('staging.json')
  const found = await repository.changes(base, release, { configuration }, configurationOf('production.json'))
  expect(found.hashes.configuration).not.toBeNull()
  expect(found.configuration.map(({ source, change }) => [source, change])).toEqual([
    ['staging.json', 'added'],
    ['production.json', 'removed'],
  ])
  expect((await repository.changes(base, release, { configuration }, [])).configuration).toMatchObject([
    { source: 'staging.json', change: 'added', keys: [{ key: 'a', before: null }] },
  ])
  // Without the base's plan nobody knows, and the files are compared.
  expect((await repository.changes(base, release, { configuration })).hashes.configuration).toBeNull()
  expect((await repository.changes(base, release, { configuration }, configuration)).hashes.configuration).toBeNull()
})

test('a source that is written elsewhere now is a change, and says so', async () => {
  const repository = await openRepository()
  const base = await repository.commit('first', { 'app.json': '{"a":1}' })
  const same = await repository.commit('second', {})
  const other = await repository.commit('third', { 'app.json': '{"a":2}' })
  const configuration = [{ source: 'app.json', target: '/etc/app.json', loaded: null }]
  const before = configurationOf('app.json')
  const moved = await repository.changes(base, same, { configuration }, before)
  expect(moved.configuration).toMatchObject([{ change: 'moved', movedFrom: '/srv/app.json', keys: [] }])
  expect(differenceLines(moved, 'configuration')).toEqual([
    '~ app.json: written to /etc/app.json, before to /srv/app.json',
  ])
  const both = await repository.changes(base, other, { configuration }, before)
  expect(differenceLines(both, 'configuration')).toEqual([
    '~ app.json: written to /etc/app.json, before to /srv/app.json',
    '~ app.json a: 1 -> 2',
  ])
  expect(both.hashes.configuration).not.toBe(moved.hashes.configuration)
})

test('a thousand keys are cut, and count all the same', async () => {
  const repository = await openRepository()
  const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`key${at}`, 'x'.repeat(500)]))
  const commit = await repository.commit('first', { 'config.json': JSON.stringify(many) })
  const found = await repository.changes(null, commit, { configuration: configurationOf('config.json') })
  expect(found.totals.configuration).toBe(1_000)
  expect(found.configuration[0]?.keys).toHaveLength(100)
  expect(JSON.stringify(found).length).toBeLessThan(100_000)
})
