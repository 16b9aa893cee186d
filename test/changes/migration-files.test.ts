import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createChangesActivities } from '../../activities/changes/activities.ts'
import { readMigrationDirectory } from '../../activities/database/tools/migration-directory.ts'
import { sqlPairs } from '../../activities/database/tools/sql-pairs.ts'
import { sha256Of } from '../../activities/disk/sha256.ts'
import { createGit } from '../../activities/git/git.ts'
import type { DatabasePlan } from '../../src/domain/plan.ts'
import { databaseOf, openRepository, orderFor } from './history.ts'

type Repository = Awaited<ReturnType<typeof openRepository>>

const pairs = {
  'migrations/10_c.up.sql': 'alter table a drop column b;\n\n\n',
  'migrations/10_c.down.sql': '',
  'migrations/2_b.up.sql': '\nalter table a alter column c type bigint;',
  'migrations/2_b.down.sql': 'alter table a alter column c type int;\n',
  'migrations/.hidden/1_a.up.sql': 'select 1',
  'migrations/README.md': 'about',
}

test('what git has of the migrations is what a checkout is read as, bytes that are no text too', async () => {
  const repository = await openRepository()
  await repository.commit('first', pairs)
  await writeFile(join(repository.work, 'migrations/3_d.up.sql'), Buffer.from([0x2d, 0x2d, 0xff, 0xfe, 0x0a, 0x80]))
  const commit = await repository.commit('second', {})
  const database = sql()
  const found = await activities(repository).readMigrationFiles({ ...orderFor(repository.work, commit), database })
  const release = { releaseDirectory: repository.work, settings: database.migrations }
  const read = sqlPairs.read(await readMigrationDirectory(release))
  expect(found.map(({ name }) => name)).toEqual(['2_b', '3_d', '10_c'])
  for (const { name, bytes } of read) expect(found).toContainEqual({ name, bytes })
})

test('a commit without the directory has none; and of what is asked for, reading tells file and line', async () => {
  const repository = await openRepository()
  const without = await repository.commit('first', { 'app.js': '' })
  const commit = await repository.commit('second', pairs)
  const { readMigrationFiles, readMigrationWarnings } = activities(repository)
  const database = sql()
  expect(await readMigrationFiles({ ...orderFor(repository.work, without), database })).toEqual([])
  const asked = { ...orderFor(repository.work, commit), database, names: ['10_c', '99_not_there'] }
  const { migrations, silent } = await readMigrationWarnings(asked)
  expect(silent).toBeNull()
  expect(migrations.map(({ name }) => name)).toEqual(['10_c'])
  expect(migrations[0]?.warnings).toContainEqual(
    expect.objectContaining({ way: 'up', file: '10_c.up.sql', line: 1, from: 'belay' }),
  )
})

test('rows for rehearsals are known by the hash of their text as the commit has it; elsewhere nobody has read them', async () => {
  const repository = await openRepository()
  const text = 'insert into a values (1);\n'
  const commit = await repository.commit('first', { ...pairs, 'fixtures/rows.sql': text })
  await repository.commit('second', { 'fixtures/rows.sql': 'select 1' })
  const { readRehearsalData } = activities(repository)
  const asked = { ...orderFor(repository.work, commit), database: sql() }
  expect(await readRehearsalData({ ...asked, file: 'fixtures/rows.sql' })).toBe(sha256Of(text))
  expect(await readRehearsalData({ ...asked, file: 'fixtures/none.sql' })).toBeNull()
})

test('a repository that lacks one of the files is said to, and no other text is taken for it', async () => {
  const repository = await openRepository()
  const commit = await repository.commit('first', pairs)
  const blob = await repository.git('rev-parse', `${commit}:migrations/10_c.up.sql`)
  await rm(join(repository.work, '.git/objects', blob.slice(0, 2), blob.slice(2)))
  const asked = { ...orderFor(repository.work, commit), database: sql() }
  await expect(activities(repository).readMigrationFiles(asked)).rejects.toThrow('git lacks 1 of 5 files of the commit')
})

function activities({ root }: Repository) {
  return createChangesActivities({
    git: createGit({ environment: process.env }),
    stateDirectory: join(root, 'worker'),
    history: { readVersionOfRecord: async () => null, readDeploymentPlan: async () => null },
  })
}

function sql(): DatabasePlan {
  const database = databaseOf('sql')
  if (!database) throw new Error('expected a database')
  return database
}
