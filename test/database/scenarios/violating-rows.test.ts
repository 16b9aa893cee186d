import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lossLine } from '../../../src/domain/migration/loss-words.ts'
import { violations as cases } from '../violations.ts'
import { createWorld, type DatabaseWorld } from '../world.ts'

let world: DatabaseWorld

beforeEach(async () => {
  world = await createWorld()
})

afterEach(async () => {
  await world.stop()
})

test('rows that what comes back forbids are counted by kind; nothing runs, whoever decided it, until they are mended', async () => {
  const names = Object.keys(cases)
  await world.query(names.map((name) => `${cases[name]?.made};`).join('\n'))
  const files = Object.values(cases).flatMap(({ up, down }, at) => {
    const name = `${String(at + 1).padStart(3, '0')}_step`
    return [
      [`${name}.up.sql`, up],
      [`${name}.down.sql`, down],
    ]
  })
  const deployed = await world.deploy(await world.release('1.0.0', Object.fromEntries(files)))
  expect(deployed.result.failure).toBe(null)
  await world.query(
    Object.values(cases)
      .map(({ rows }) => `${rows};`)
      .join('\n'),
  )

  const kept = await world.revert(deployed)
  expect(kept).toMatchObject({ reverted: [], failure: null })
  const lines = kept.losses.map(lossLine)
  const expected = Object.values(cases).map((one) => one.expected)
  const others = ['1 row of b3_high.v is NULL, which the revert forbids again']
  expect(lines.toSorted()).toEqual([...expected, ...others].toSorted())
  expect(kept.losses.find(({ object }) => object === 'a8')?.migration).toBe('008_step')

  const forced = await world.revert(deployed, { onLoss: 'lose', attempt: 2 })
  expect(forced).toMatchObject({ reverted: [], unchanged: true })
  expect(forced.failure?.message).toContain(
    '2 rows of a8 are against CHECK ((price > 0)), which the revert forbids again',
  )
  expect(forced.failure?.message).toContain('change these rows, then try again; nothing was changed')

  await world.query(
    Object.values(cases)
      .map(({ mended }) => `${mended};`)
      .join('\n'),
  )
  expect(await world.revert(deployed, { attempt: 3 })).toMatchObject({
    reverted: names.map((_, at) => `${String(at + 1).padStart(3, '0')}_step`).toReversed(),
    losses: [],
    catalogRestored: true,
    failure: null,
  })
})

test('what nobody can count is said as such, and keeps the schema; whoever decides may still lose it', async () => {
  await world.query('create table t (n int) partition by range (n); create table rest partition of t default')
  const deployed = await world.deploy(
    await world.release('1.0.0', {
      '001_detach.up.sql': 'alter table t detach partition rest',
      '001_detach.down.sql': 'alter table t attach partition rest default',
    }),
  )
  const kept = await world.revert(deployed)
  expect(kept).toMatchObject({ reverted: [], kept: ['001_detach'], failure: null })
  expect(kept.losses.map(lossLine)).toEqual([
    'rest: cannot be counted (there is no way to count rows against such a rule)',
  ])
  expect(await world.revert(deployed, { onLoss: 'lose', attempt: 2 })).toMatchObject({
    reverted: ['001_detach'],
    catalogRestored: true,
  })
})

test('rows that a policy hides from whoever counts are not taken for none', async () => {
  const role = `counter_${randomUUID().replaceAll('-', '')}`
  await world.query(`create role ${role}; grant all on schema public to ${role};
    create table t (id int); alter table t owner to ${role};
    alter table t enable row level security, force row level security; create policy nobody on t using (false)`)
  const deployed = await world.deploy(
    await world.release('1.0.0', {
      '001_note.up.sql': 'alter table t add column note text',
      '001_note.down.sql': 'alter table t drop column note',
    }),
  )
  await world.query(`alter table schema_migrations owner to ${role}`)
  const url = new URL(world.url)
  url.searchParams.set('options', `-c role=${role}`)
  world.environment.SERVICE_DATABASE = url.href
  const kept = await world.revert(deployed, { onLoss: 'count' })
  expect(kept.losses.map(lossLine)).toEqual([
    expect.stringMatching(/^t\.note: cannot be counted \(.*row-level security/),
  ])
  await world.query(`drop owned by ${role}; drop role ${role}`)
})
