import { describe, expect, test } from 'vitest'
import { freshWorlds, scripts, users } from './shop.ts'

describe('plain SQL', () => {
  const sql = freshWorlds()

  test('a missing and an empty down are told apart: at the review, and by the revert, which then runs nothing', async () => {
    const missing = { '002_a.up.sql': 'create table a ();' }
    const empty = { '002_b.up.sql': 'create table b ();', '002_b.down.sql': '-- later\n;' }
    const words = {
      a: '002_a: expected a down migration, got none',
      b: '002_b: expected a down migration, got an empty one: it would be told as reverted, and everything would still be there',
    }
    for (const [name, files] of [
      ['a', missing],
      ['b', empty],
    ] as const) {
      const world = sql()
      await world.deployment(`d-${name}`)
      const deployed = await world.deploy(await world.release(name, { ...users, ...files }))
      expect(deployed.review.notices).toEqual([`${words[name]}; on a rollback the schema is kept`])
      const result = await world.revert(deployed)
      expect(result).toMatchObject({ reverted: [], failure: { migration: null, message: words[name] } })
      expect(
        await world.query(`select to_regclass('users')::text as users, to_regclass('${name}')::text as its`),
      ).toEqual([{ users: 'users', its: name }])
      await world.query(`drop table ${name}; delete from schema_migrations where name = '002_${name}'`)
    }
  })

  test('one that was declared says why', async () => {
    const declared = { '002_a.up.sql': '-- belay: no way back: the old prices are gone\ncreate table a ();' }
    const deployed = await sql().deploy(await sql().release('1.0.0', { ...users, ...declared }))
    expect(deployed.review.notices).toEqual([
      '002_a: no way back, as declared (the old prices are gone): on a rollback the schema is kept',
    ])
    expect((await sql().revert(deployed)).failure?.message).toBe(
      '002_a: expected a down migration, got none; its author says why: the old prices are gone',
    )
  })
})

describe('scripts', () => {
  const scripted = freshWorlds('node-pg-migrate')

  test('a disabled down says so', async () => {
    const disabled = { '2_off.js': `exports.up = (pgm) => pgm.createTable('off', {})\nexports.down = false\n` }
    const deployed = await scripted().deploy(await scripted().release('1.0.0', { ...scripts.users, ...disabled }))
    const words = '2_off: expected a down migration, but its author has disabled it'
    expect(deployed.review.notices).toEqual([`${words}; on a rollback the schema is kept`])
    expect(await scripted().revert(deployed)).toMatchObject({
      reverted: [],
      kept: ['2_off', '1_users'],
      failure: { message: words },
    })
  })
})
