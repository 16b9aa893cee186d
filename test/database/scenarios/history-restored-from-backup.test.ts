import { expect, test } from 'vitest'
import { freshWorlds, notes, trial, users } from './shop.ts'

const world = freshWorlds()

test('a database from an older backup is recognised: the history lacks what this host has applied, and nothing runs', async () => {
  const { first, deployed, next } = await twoDeployments()
  await world().query(
    `alter table users drop column trial_ends_at; delete from schema_migrations where name = '002_trial'`,
  )
  const words =
    'the history does not hold 002_trial, which Belay has applied here and never reverted: an older backup was restored, or rows were taken out. Next: belay restored <environment> (look, accept), or restore a newer backup'
  // By the version of record, and where there is none yet, by what the host noted.
  const known = [...deployed.migrations, ...first.migrations].toReversed()
  expect(await world().review(next, { known })).toMatchObject({ refusals: [words] })
  expect(await world().review(next)).toMatchObject({ refusals: [words] })

  const waiting =
    'the history does not hold 002_trial, which Belay has applied here and never reverted: an older backup was restored, or rows were taken out. Nothing was reverted. Next: skip, and after the rollback belay restored <environment> (look, accept); or restore a newer backup, then retry'
  const refused = { reverted: [], kept: [], failure: { migration: null, message: waiting } }
  expect(await world().revert(deployed)).toMatchObject(refused)
  const back = await world().review('/nowhere', { known, way: 'back' })
  expect(back).toMatchObject({ applied: ['001_users'], vanished: [{ name: '002_trial' }] })
  const both = { ...deployed, migrations: [...(back.owners ?? []), ...(back.vanished ?? [])].toReversed() }
  expect(await world().revert(both, { attempt: 2, onLoss: 'lose' })).toMatchObject({ ...refused, kept: ['001_users'] })
  expect(await world().query(`select to_regclass('users')::text as users`)).toEqual([{ users: 'users' }])
})

test('a schema from an older backup under a newer history is recognised by its fingerprint', async () => {
  const { deployed, next } = await twoDeployments()
  await world().query('alter table users drop column trial_ends_at')
  const words =
    'the history says that 002_trial is applied, but the catalog is exactly the one from before it: only a part of the database was restored, or its changes were undone by hand. Nothing runs on it; restore schema and history from the same backup'
  expect(await world().review(next)).toMatchObject({ refusals: [words] })
  for (const [attempt, onLoss] of [
    [1, 'keep'],
    [2, 'lose'],
  ] as const) {
    expect(await world().revert(deployed, { attempt, onLoss })).toMatchObject({
      reverted: [],
      kept: ['002_trial'],
      failure: { message: words },
    })
  }
})

test('rows of migrations that Belay never applied may be tidied away', async () => {
  const { first, deployed, next } = await twoDeployments()
  const adopted = { name: '000_before_belay', releaseDirectory: null }
  const known = [adopted, ...first.migrations, ...deployed.migrations]
  expect(await world().review(next, { known })).toMatchObject({ refusals: [], vanished: [] })
})

test('what Belay itself reverted is missed by nobody, and may be applied anew', async () => {
  const { first, deployed, next } = await twoDeployments()
  expect(await world().revert(deployed)).toMatchObject({ reverted: ['002_trial'] })
  // The record may not know yet: a rollback that was given up after its revert leaves the old one.
  const known = [...deployed.migrations, ...first.migrations].toReversed()
  expect(await world().review(next, { known })).toMatchObject({ refusals: [], pending: ['002_trial', '003_notes'] })
  await world().deployment('d3')
  expect((await world().deploy(next)).result).toMatchObject({ applied: ['002_trial', '003_notes'], failure: null })
})

async function twoDeployments() {
  const first = await world().deploy(await world().release('1.0.0', users))
  await world().deployment('d2')
  const deployed = await world().deploy(await world().release('1.1.0', { ...users, ...trial }))
  return { first, deployed, next: await world().release('1.2.0', { ...users, ...trial, ...notes }) }
}
