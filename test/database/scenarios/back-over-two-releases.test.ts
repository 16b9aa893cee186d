import { describe, expect, test } from 'vitest'
import { freshWorlds, notes, scripts, trial, users } from './shop.ts'

describe('plain SQL', () => {
  const sql = freshWorlds()

  test('each migration goes back with the files of the release that applied it, though the live one has lost them', async () => {
    const first = await sql().deploy(await sql().release('1.0.0', users))
    await sql().deployment('d2')
    const second = await sql().deploy(await sql().release('1.1.0', { ...users, ...trial }))
    await sql().deployment('d3')
    // A down from this directory would take 001_users for the newest one.
    const live = await sql().release('1.2.0', { ...users, ...notes })
    const third = await sql().deploy(live)
    const { owners } = await sql().review(live, { way: 'back' })
    expect(owners).toEqual([first, second, third].flatMap(({ migrations }) => migrations))

    const migrations = (owners ?? []).slice(1).toReversed()
    const back = await sql().revert({ migrations, before: first.after, after: third.after })
    expect(back).toMatchObject({ reverted: ['003_notes', '002_trial'], catalogRestored: true, failure: null })
    expect(await sql().query('select name from schema_migrations')).toEqual([{ name: '001_users' }])
  })
})

describe('scripts', () => {
  const scripted = freshWorlds('node-pg-migrate')

  test('so do scripts, each in its own release', async () => {
    const first = await scripted().deploy(await scripted().release('1.0.0', scripts.users))
    await scripted().deployment('d2')
    const second = await scripted().deploy(await scripted().release('1.1.0', { ...scripts.users, ...scripts.trial }))
    await scripted().deployment('d3')
    const more = { '3_more.js': `exports.up = (pgm) => pgm.createTable('more', { id: 'id' })` }
    const third = await scripted().deploy(await scripted().release('1.2.0', { ...scripts.users, ...more }))
    const migrations = [...third.migrations, ...second.migrations]
    expect(await scripted().revert({ migrations, before: first.after, after: third.after })).toMatchObject({
      reverted: ['3_more', '2_trial'],
      catalogRestored: true,
      failure: null,
    })
  })
})
