import { readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { readNote, writeNote } from '../../../activities/database/notes.ts'
import { hostPaths } from '../../../activities/host/paths.ts'
import { freshWorlds, trial, users } from './shop.ts'

const world = freshWorlds()

test('a down that takes another migration out of the history is found out, and nothing of it stays', async () => {
  const forgetful = {
    '002_trial.down.sql': `${trial['002_trial.down.sql']}\ndelete from schema_migrations where name = '001_users';`,
  }
  const deployed = await deployedTrial(forgetful)
  const refused = await world().revert(deployed)
  expect(refused).toMatchObject({ reverted: [], kept: ['002_trial'], unchanged: true })
  expect(refused.failure?.message).toContain(
    '002_trial: its down ran, but the history is wrong: expected 001_users as the last one, got without 001_users',
  )
  expect(await world().query('select name from schema_migrations order by name')).toEqual([
    { name: '001_users' },
    { name: '002_trial' },
  ])
})

test('where the catalogs around a migration are lost nothing is counted, so nothing goes back unless it was decided', async () => {
  const deployed = await deployedTrial()
  const catalogs = dirname(hostPaths(world().directory).catalog('any'))
  for (const name of await readdir(catalogs)) await rm(join(catalogs, name))
  for (const onLoss of ['keep', 'count'] as const) {
    const refused = await world().revert(deployed, { onLoss, attempt: onLoss === 'keep' ? 1 : 2 })
    expect(refused).toMatchObject({ reverted: [], failure: { message: expect.stringContaining('cannot be counted') } })
  }
  expect(await columns()).toContain('trial_ends_at')
  expect(await world().revert(deployed, { onLoss: 'lose', attempt: 3 })).toMatchObject({ reverted: ['002_trial'] })
  expect(await columns()).not.toContain('trial_ends_at')
})

test('a schema that is older than its history is not reverted, whatever was decided', async () => {
  const deployed = await deployedTrial()
  await world().query('alter table users drop column trial_ends_at')
  for (const [at, onLoss] of (['keep', 'lose'] as const).entries()) {
    const refused = await world().revert(deployed, { onLoss, attempt: at + 1 })
    expect(refused).toMatchObject({ reverted: [], kept: ['002_trial'] })
    expect(refused.failure?.message).toContain('the catalog is exactly the one from before it')
  }
})

test('where no snapshot was kept, a file that is not the one that was applied is refused', async () => {
  const deployed = await deployedTrial()
  const { directory } = world()
  const note = await readNote(directory, '002_trial')
  if (note === null) throw new Error('expected a note of 002_trial, got none')
  await writeNote(directory, { ...note, snapshot: null })
  const release = deployed.migrations[0]?.releaseDirectory ?? ''
  const unkept = { ...deployed, migrations: [{ name: '002_trial', releaseDirectory: release }] }
  const file = join(release, 'migrations/002_trial.down.sql')
  await writeFile(file, 'drop table users cascade;')
  const refused = await world().revert(unkept)
  expect(refused).toMatchObject({ reverted: [], kept: ['002_trial'] })
  expect(refused.failure?.message).toContain('was changed after it was applied; restore it')
  await writeFile(file, trial['002_trial.down.sql'])
  expect(await world().revert(unkept, { attempt: 2 })).toMatchObject({ reverted: ['002_trial'] })
})

async function deployedTrial(other: Readonly<Record<string, string>> = {}) {
  await world().deploy(await world().release('1.0.0', users))
  await world().deployment('d2')
  return await world().deploy(await world().release('1.1.0', { ...users, ...trial, ...other }))
}

async function columns(): Promise<string[]> {
  const rows = await world().query<{ name: string }>(
    `select attname as name from pg_attribute where attrelid = 'users'::regclass and attnum > 0 and not attisdropped`,
  )
  return rows.map(({ name }) => name)
}
