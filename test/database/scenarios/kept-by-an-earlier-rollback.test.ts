import { expect, test } from 'vitest'
import { freshWorlds, notes, trial, users } from './shop.ts'

const world = freshWorlds()

test('the next release need not contain what a rollback kept: it is known, and goes back from its own snapshot', async () => {
  const known = await keptTrial()
  const next = await world().release('1.2.0', { ...users, ...notes })
  expect(await world().review(next, { known })).toMatchObject({
    unknown: [],
    refusals: [],
    pending: ['003_notes'],
    owners: known,
  })
  await world().deployment('d3')
  const deployed = await world().deploy(next)
  expect(deployed.result).toMatchObject({ applied: ['003_notes'], failure: null })

  // Days later, back to 1.0.0: over both, each with the files of its own release.
  await world().query('update users set trial_ends_at = null')
  const { owners } = await world().review('/nowhere', { known: [...known, ...deployed.migrations], way: 'back' })
  const migrations = (owners ?? []).filter(({ name }) => name !== '001_users').toReversed()
  expect(migrations.map(({ releaseDirectory }) => releaseDirectory)).toEqual([next, known[1]?.releaseDirectory])
  expect(await world().revert({ migrations, before: null, after: deployed.after })).toMatchObject({
    reverted: ['003_notes', '002_trial'],
    catalogRestored: true,
    failure: null,
  })
})

test('or it contains it, as it was applied', async () => {
  const known = await keptTrial()
  const next = await world().release('1.2.0', { ...users, ...trial, ...notes })
  expect(await world().review(next, { known })).toMatchObject({
    unknown: [],
    refusals: [],
    pending: ['003_notes'],
    notices: [],
  })
  const other = { '002_trial.up.sql': 'alter table users add column trial_ends_at timestamptz;' }
  const edited = await world().release('1.2.1', { ...users, ...trial, ...other })
  expect(await world().review(edited, { known })).toMatchObject({
    refusals: [expect.stringContaining('002_trial was changed after it was applied')],
  })
})

/** 1.1.0 went back, but its column holds a value: the schema was kept. Answers with the migrations of record. */
async function keptTrial() {
  const first = await world().deploy(await world().release('1.0.0', users))
  await world().deployment('d2')
  const second = await world().deploy(await world().release('1.1.0', { ...users, ...trial }))
  await world().query(`insert into users values (1, 'a', '2026-01-01')`)
  const { kept, losses } = await world().revert(second)
  expect({ kept, losses }).toMatchObject({ kept: ['002_trial'], losses: [{ rows: 1 }] })
  return [...first.migrations, ...second.migrations]
}
