import { expect, test } from 'vitest'
import { databaseOf, openRepository } from './history.ts'

test('sql pairs: added, edited and removed are told apart, with what their files say of the way back', async () => {
  const repository = await openRepository()
  const base = await repository.commit('first', {
    'migrations/001_a.up.sql': 'create table a (id int);',
    'migrations/001_a.down.sql': 'drop table a;',
    'migrations/002_b.up.sql': 'create table b (id int);',
    'migrations/003_c.up.sql': 'create table c (id int);',
  })
  const release = await repository.commit('second', {
    'migrations/001_a.up.sql': '-- another comment\ncreate table a (id int);',
    'migrations/002_b.up.sql': 'create table b (id bigint);',
    'migrations/003_c.up.sql': null,
    'migrations/004_d.up.sql': 'alter table a add column d int;',
    'migrations/004_d.down.sql': 'alter table a drop column d;',
    'migrations/005_e.up.sql': 'alter table a drop column d;',
    'migrations/005_e.down.sql': 'alter table a add column d int;',
    'migrations/README.md': 'about',
  })
  const found = await repository.changes(base, release, { database: databaseOf('sql', ['004_d']) })
  expect(found.migrations).toEqual([
    { name: '002_b', change: 'edited', additive: 'unknown', wayBack: 'none' },
    { name: '003_c', change: 'removed', additive: 'unknown', wayBack: 'unknown' },
    { name: '004_d', change: 'added', additive: 'yes', wayBack: 'reversible' },
    { name: '005_e', change: 'added', additive: 'no', wayBack: 'loses_data' },
  ])
})

test('node-pg-migrate: a migration without a way back is told', async () => {
  const repository = await openRepository()
  const release = await repository.commit('first', {
    'migrations/1_a.js':
      'exports.up = (pgm) => { pgm.addColumn("t", {}) }\nexports.down = (pgm) => { pgm.dropColumn("t", "a") }',
    'migrations/2_b.js': 'exports.up = (pgm) => { pgm.addColumn("t", {}) }\nexports.down = false',
    'migrations/3_c.js':
      'exports.up = (pgm) => { pgm.dropTable("t") }\nexports.down = (pgm) => { pgm.createTable("t") }',
  })
  const found = await repository.changes(null, release, { database: databaseOf('node-pg-migrate', 'none') })
  expect(found.migrations.map(({ name, additive, wayBack }) => [name, additive, wayBack])).toEqual([
    ['1_a', 'no', 'reversible'],
    ['2_b', 'no', 'none'],
    ['3_c', 'no', 'loses_data'],
  ])
})

test('only other comments are no difference, and a directory that is not in the commit is no answer', async () => {
  const repository = await openRepository()
  const base = await repository.commit('first', { 'migrations/001_a.up.sql': 'select 1;' })
  const release = await repository.commit('second', { 'migrations/001_a.up.sql': 'select 1; -- why' })
  const gone = await repository.commit('third', { 'migrations/001_a.up.sql': null })
  const database = databaseOf('sql')
  expect((await repository.changes(base, release, { database })).hashes.migrations).toBeNull()
  const found = await repository.changes(base, gone, { database })
  expect(found).toMatchObject({ migrations: [{ change: 'unknown' }], hashes: { migrations: expect.any(String) } })
})

test('folders and files of every tool: edited, added and removed, with what they say of the way back', async () => {
  const repository = await openRepository()
  const dbmate = (up: string) => `-- migrate:up\n${up}\n-- migrate:down\ndrop table a;`
  const base = await repository.commit('first', {
    'migrations/2024-01-01_a/up.sql': 'create table a ();',
    'migrations/2024-01-01_a/down.sql': 'drop table a;',
    'migrations/2024-01-02_b/up.sql': 'create table b ();',
    'migrations/2024-01-02_b/down.sql': 'drop table b;',
    'dbmate/001_a.sql': dbmate('create table a ();'),
    'foreign/versions/001_a.py': 'def upgrade(): pass',
  })
  const release = await repository.commit('second', {
    'migrations/2024-01-01_a/down.sql': '-- as agreed\ndrop table a;',
    'migrations/2024-01-02_b/down.sql': 'drop table b cascade;',
    'migrations/2024-01-03_c/up.sql': 'create table c ();',
    'migrations/2024-01-03_c/metadata.toml': 'run_in_transaction = false',
    'dbmate/001_a.sql': dbmate('-- users\ncreate table a ();'),
    'dbmate/002_b.sql': dbmate('drop table b;'),
    'foreign/versions/001_a.py': 'def upgrade(): # later',
    'foreign/002_b.up.sql': 'select 1;',
    'foreign/README.md': 'how',
  })
  const changed = async (tool: Parameters<typeof databaseOf>[0], directory: string) => {
    const database = databaseOf(tool)
    if (!database) throw new Error('no database')
    const order = { database: { ...database, migrations: { ...database.migrations, directory } } }
    const { migrations } = await repository.changes(base, release, order)
    return migrations.map(({ name, change, wayBack }) => `${name} ${change} ${wayBack}`)
  }
  expect(await changed('sql', 'migrations')).toEqual(['2024-01-02_b edited reversible', '2024-01-03_c added none'])
  expect(await changed('dbmate', 'dbmate/')).toEqual(['002_b added loses_data'])
  expect(await changed('commands', './foreign')).toEqual(['001_a edited unknown', '002_b added none'])
})
