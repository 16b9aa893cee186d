import { expect, test } from 'vitest'
import { freshWorlds, notes, trial, users } from './shop.ts'

const world = freshWorlds()
const byHand = `insert into schema_migrations (name, sha256) values ('002b_by_hand', '')`

test('a migration that nobody here applied is named before a deployment runs anything', async () => {
  await world().deploy(await world().release('1.0.0', { ...users, ...trial }))
  await world().query(byHand)
  const next = await world().release('1.1.0', { ...users, ...trial, ...notes })
  expect(await world().review(next)).toMatchObject({ unknown: ['002b_by_hand'], pending: ['003_notes'], refusals: [] })

  // With its file in the release somebody stands for it.
  const meant = { '002b_by_hand.up.sql': 'select 1', '002b_by_hand.down.sql': 'select 2' }
  const with_ = await world().release('1.1.1', { ...users, ...trial, ...meant, ...notes })
  expect(await world().review(with_)).toMatchObject({ unknown: [], refusals: [] })
})

test('a rollback that would have to go over it says which it is and what to do, and touches nothing', async () => {
  await world().deploy(await world().release('1.0.0', users))
  await world().deployment('d2')
  const deployed = await world().deploy(await world().release('1.1.0', { ...users, ...trial }))
  await world().query(byHand)

  const later = '002b_by_hand was applied later and is not part of this rollback; revert it first, or keep the schema'
  expect(await world().revert(deployed)).toMatchObject({
    reverted: [],
    kept: ['002_trial'],
    failure: { message: later },
  })

  const { owners } = await world().review('/nowhere', { way: 'back' })
  const above = (owners ?? []).filter(({ name }) => name !== '001_users').toReversed()
  expect(above.map(({ releaseDirectory }) => releaseDirectory)).toEqual([
    null,
    deployed.migrations[0]?.releaseDirectory,
  ])
  const over = await world().revert({ ...deployed, migrations: above }, { attempt: 2, onLoss: 'lose' })
  expect(over).toMatchObject({
    reverted: [],
    kept: ['002b_by_hand', '002_trial'],
    failure: {
      message:
        '002b_by_hand is applied, but by no release that Belay knows (out of band): undo it by hand and take it out of the history, or keep the schema',
    },
  })

  // Done as it says, the rollback goes through.
  await world().query(`delete from schema_migrations where name = '002b_by_hand'`)
  expect(await world().revert(deployed, { attempt: 3 })).toMatchObject({
    reverted: ['002_trial'],
    catalogRestored: true,
  })
})

test('one that was reverted here and applied again by hand is nobody’s', async () => {
  const deployed = await world().deploy(await world().release('1.0.0', users))
  await world().revert(deployed)
  await world().query(
    `${users['001_users.up.sql']} insert into schema_migrations (name, sha256) values ('001_users', '')`,
  )
  const empty = await world().release('1.1.0', {})
  expect(await world().review(empty)).toMatchObject({ unknown: ['001_users'] })
})
