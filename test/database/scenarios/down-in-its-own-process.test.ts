import { describe, expect, test } from 'vitest'
import { lossLine } from '../../../src/domain/migration/loss-words.ts'
import { eventually } from '../../support/eventually.ts'
import type { DatabaseWorld } from '../world.ts'
import { freshWorlds } from './shop.ts'

const base = `create table users (id int primary key, name text); insert into users values (1, 'ann'), (2, 'bob'), (3, 'cy');
  create table plans (code text); insert into plans values ('free')`
const up = 'create table other (id int)'
const takes = `drop table other; delete from users where id = 3; update users set name = 'nobody' where id = 1; truncate plans`

const taken = [
  '001_other: its down, or who wrote meanwhile, took away 1 row of plans that was there before; nobody could count it beforehand',
  '001_other: its down, or who wrote meanwhile, took away 1 row of users that was there before, and gave 1 row other values; nobody could count it beforehand',
]

type Tool = { tool: 'sql' | 'dbmate' | 'node-pg-migrate'; files: Readonly<Record<string, string>> }

describe.each<Tool>([
  {
    tool: 'sql',
    files: { '001_other.up.sql': up, '001_other.down.sql': `-- belay: no transaction\n${takes}` },
  },
  {
    tool: 'dbmate',
    files: { '001_other.sql': `-- migrate:up\n${up};\n\n-- migrate:down\n${takes};\n` },
  },
  {
    tool: 'node-pg-migrate',
    files: {
      '001_other.js': `exports.up = (pgm) => pgm.sql(\`${up}\`)\nexports.down = (pgm) => pgm.sql(\`${takes}\`)\n`,
    },
  },
])('$tool', ({ tool, files }) => {
  const world = freshWorlds(tool)

  test('what a down takes out of tables that stay is named afterwards, by table and count', async () => {
    await world().query(base)
    const deployed = await world().deploy(await world().release('1.0.0', files))
    const name = deployed.migrations[0]?.name ?? ''
    const back = await world().revert(deployed)
    expect(back).toMatchObject({ reverted: [name], catalogRestored: true, failure: null, losses: [] })
    expect(back.taken).toEqual(taken.map((line) => line.replace('001_other', name)))
  })
})

describe('outside of a transaction', () => {
  const world = freshWorlds()
  const outside = (sql: string) => `-- belay: no transaction\n${sql}`

  test('a down that takes nothing is told nothing', async () => {
    await world().query(base)
    await apply(world(), { '001_other': [up, outside('drop table other')] })
    const back = await revertAll(world(), ['001_other'])
    expect(back).toMatchObject({ reverted: ['001_other'], failure: null })
    expect(back.taken).toBeUndefined()
  })

  test('what somebody else writes while a down runs is not said to be the work of that down', async () => {
    await world().query(`${base}; create table go (at int)`)
    const waits = 'do $$ begin while not exists (select from go) loop perform pg_sleep(0.02); end loop; end $$'
    await apply(world(), { '001_other': [up, outside(`${waits};\ndrop table other`)] })
    const reverting = revertAll(world(), ['001_other'])
    const runs = `select from pg_stat_activity where datname = current_database() and query ~ '^do' and state = 'active'`
    await eventually('the down runs', async () => (await world().query(runs)).length > 0)
    await world().query('delete from users where id = 2; insert into go values (1)')
    const back = await reverting
    expect(back).toMatchObject({ reverted: ['001_other'], failure: null })
    expect(back.taken).toEqual([
      '001_other: its down, or who wrote meanwhile, took away 1 row of users that was there before; nobody could count it beforehand',
    ])
  })

  test('what a down took before it failed half way is named too', async () => {
    await world().query(base)
    await apply(world(), { '001_other': [up, outside('delete from users where id = 3;\nselect 1 / 0')] })
    const back = await revertAll(world(), ['001_other'])
    expect(back).toMatchObject({ reverted: [], failure: { migration: '001_other' } })
    expect(back.taken).toEqual([
      '001_other: its down, or who wrote meanwhile, took away 1 row of users that was there before; nobody could count it beforehand',
    ])
    // Another program goes on where the first one stopped, and has not seen the beginning.
    await world().query('create table other_again (id int); drop table other_again')
    const again = await revertAll(world(), ['001_other'], 2)
    expect(again.taken).toEqual(['001_other: its down was begun before, so what that took away was not looked at'])
  })

  test('what is written after the first count is counted again right before such a down', async () => {
    await world().query(base)
    await apply(world(), {
      '001_trial': ['alter table users add column trial date', outside('alter table users drop column trial')],
      '002_written': ['select 1', `update users set trial = '2026-01-01' where id < 3`],
    })
    const back = await revertAll(world(), ['002_written', '001_trial'])
    expect(back).toMatchObject({ reverted: ['002_written'], kept: ['001_trial'], failure: null })
    expect(back.losses.map(lossLine)).toEqual(['users.trial: 2 rows (value written)'])
    expect(await world().query('select count(trial)::int as n from users')).toEqual([{ n: 2 }])
  })

  test('a table with more rows than are compared one by one is counted, and said to be', async () => {
    await world().query(`create table users (id int); insert into users select * from generate_series(1, 200001)`)
    await apply(world(), { '001_other': [up, outside('drop table other; delete from users where id < 3')] })
    expect((await revertAll(world(), ['001_other'])).taken).toEqual([
      '001_other: its down, or who wrote meanwhile, took away 2 rows of users that were there before; nobody could count them beforehand',
      '001_other: only counted, for more than 200000 rows in one or 1000000 in all: users',
    ])
  })
})

async function apply(world: DatabaseWorld, migrations: Readonly<Record<string, readonly [string, string]>>) {
  const files = Object.entries(migrations).flatMap(([name, [forth, back]]) => [
    [`${name}.up.sql`, forth],
    [`${name}.down.sql`, back],
  ])
  await world.deploy(await world.release('1.0.0', Object.fromEntries(files)))
}

async function revertAll(world: DatabaseWorld, names: readonly string[], attempt = 1) {
  const migrations = names.map((name) => ({ name, releaseDirectory: `${world.directory}/releases/1.0.0` }))
  return await world.revert({ migrations, before: null, after: null }, { attempt })
}
