import { expect, test } from 'vitest'
import { freshWorlds, notes, trial, users } from './shop.ts'

const world = freshWorlds()
const changes = 'index users_name: not expected, but it is there; table audit: not expected, but it is there'

test('a schema that somebody changed since the deployment is not reverted: every object is named', async () => {
  const deployed = await withChanges()
  const refused = await world().revert(deployed)
  expect(refused).toMatchObject({ reverted: [], kept: ['002_trial'] })
  expect(refused.failure?.message).toBe(
    `the schema was changed by somebody else since 002_trial was applied: ${changes}; undo that, or keep the schema`,
  )
  await world().query('drop table audit; drop index users_name')
  expect(await world().revert(deployed, { attempt: 2 })).toMatchObject({
    reverted: ['002_trial'],
    catalogRestored: true,
  })
})

test('with on_rollback: revert it goes back all the same, and says what it went over', async () => {
  const deployed = await withChanges()
  expect(await world().revert(deployed, { onLoss: 'lose' })).toMatchObject({
    reverted: ['002_trial'],
    catalogRestored: false,
    warnings: [
      `the schema was changed by somebody else since 002_trial was applied: ${changes}; reverted all the same, as was decided`,
    ],
    failure: null,
  })
})

test('the next deployment is told, and not stopped', async () => {
  await withChanges()
  const next = await world().release('1.2.0', { ...users, ...trial, ...notes })
  expect(await world().review(next)).toMatchObject({
    refusals: [],
    notices: [expect.stringContaining(`since 002_trial was applied: ${changes}`)],
  })
})

test('without any change nothing is said', async () => {
  await world().deploy(await world().release('1.0.0', users))
  await world().query(`insert into users values (1, 'a')`)
  const next = await world().release('1.1.0', { ...users, ...trial })
  expect(await world().review(next)).toMatchObject({ refusals: [], notices: [] })
})

async function withChanges() {
  await world().deploy(await world().release('1.0.0', users))
  await world().deployment('d2')
  const deployed = await world().deploy(await world().release('1.1.0', { ...users, ...trial }))
  await world().query('create table audit (id int); create index users_name on users (name)')
  return deployed
}
