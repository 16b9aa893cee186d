import { once } from 'node:events'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { revertOrder } from '../../../activities/database/orders.ts'
import { revertApplied } from '../../../activities/database/revert/revert.ts'
import { revertStep } from '../../../activities/database/run-programs.ts'
import { eventually } from '../../support/eventually.ts'
import { held, historyIn, type Killable, killable } from '../killable.ts'
import { createWorld, type DatabaseWorld } from '../world.ts'

let world: DatabaseWorld
let programs: Killable

beforeEach(async () => {
  world = await createWorld()
  programs = killable(world)
  // The tests hold a lock for as long as they need.
  world.database.migrations.lockTimeoutMs = 60_000
  await world.query('create table ran (step text)')
})

afterEach(async () => {
  programs.stop()
  await world.stop()
})

const base = { '000_base.up.sql': 'create table base ()', '000_base.down.sql': 'drop table base' }

const files = {
  ...base,
  '001_a.up.sql': 'create table a ()',
  '001_a.down.sql': `drop table a; insert into ran values ('a')`,
  '002_b.up.sql': 'create table b ()',
  '002_b.down.sql': `drop table b; insert into ran values ('b'); ${held}`,
}

test('of two programs at once one reverts, and the other finds nothing left to do', async () => {
  const { step } = await twoMigrations()
  await programs.whileHeld(async (release) => {
    const ended = [1, 2].map(async (attempt) => await once(programs.start(step(attempt)), 'exit'))
    await programs.waiting()
    await eventually('the other one at the migration lock', async () => (await atTheLock()) === 1)
    await release()
    expect(await Promise.all(ended)).toEqual([
      [0, null],
      [0, null],
    ])
  })
  await everythingOnce()
})

test('the one that waits longer than it may ends in words, and has touched nothing', async () => {
  const { revert } = await twoMigrations()
  await programs.whileHeld(async (release) => {
    const one = revert()
    await programs.waiting()
    const other = revert(500)
    await expect(other).rejects.toThrow(
      'migration lock: expected it within 500 ms, but another migration holds it; wait for that one',
    )
    expect(await historyIn(world)).toEqual(['000_base', '001_a', '002_b'])
    await release()
    expect(await one).toMatchObject({ losses: [], failure: null })
  })
  await everythingOnce()
})

test('when the first one dies the other one does its work, once', async () => {
  const { revert } = await twoMigrations()
  const [one, other] = await programs.whileHeld(async (release) => {
    const running = [revert(), revert()] as const
    await programs.waiting()
    await eventually('the other one at the migration lock', async () => (await atTheLock()) === 1)
    // Its connection is lost: it comes again, behind the other one.
    await world.query(
      `select pg_terminate_backend(l.pid) from pg_locks l join pg_database d on d.oid = l.database
       where locktype = 'advisory' and objid = 42 and not granted and datname = current_database()`,
    )
    await release()
    return await Promise.all(running)
  })
  for (const report of [one, other]) expect(report).toMatchObject({ losses: [], failure: null })
  await everythingOnce()
})

test('a deployment’s migrations and a rollback do not mix either', async () => {
  const { revert } = await twoMigrations()
  await programs.whileHeld(async (release) => {
    const back = revert()
    await programs.waiting()
    const later = await world.release('1.2.0', {
      ...files,
      '003_c.up.sql': 'create table c ()',
      '003_c.down.sql': 'drop table c',
    })
    await world.deployment('d3')
    const { order, database } = world
    const forth = world.activities.migrate({ order, database, releaseDirectory: later, pending: ['003_c'], try: 1 })
    await eventually('the migrations at the lock', async () => (await atTheLock()) === 1)
    await release()
    expect(await back).toMatchObject({ losses: [], failure: null })
    expect(await forth).toMatchObject({ applied: ['003_c'], history: ['000_base', '003_c'] })
  })
})

/** Two that are applied on one that stays; `step` reverts both in a process of its own, `revert` in this one. */
async function twoMigrations() {
  await world.deploy(await world.release('1.0.0', base))
  await world.deployment('d2')
  const { migrations, before, after } = await world.deploy(await world.release('1.1.0', files))
  const { order, database } = world
  const step = (attempt: number) =>
    revertStep({ order, database, try: attempt, migrations, before, after, onLoss: 'keep' })
  const revert = async (timeoutMs = database.migrations.timeoutMs) => {
    const told = revertOrder.parse(JSON.parse(step(1).env?.BELAY_ORDER ?? ''))
    const settings = { ...told.settings, timeoutMs }
    return await revertApplied({ ...told, settings }, { url: world.url, environment: process.env })
  }
  return { step, revert }
}

async function atTheLock(): Promise<number> {
  const [row] = await world.query<{ n: number }>(
    `select count(*)::int as n from pg_locks l join pg_database d on d.oid = l.database
     where locktype = 'advisory' and objid <> 42 and not granted and datname = current_database()`,
  )
  return row?.n ?? 0
}

async function everythingOnce(): Promise<void> {
  expect(await historyIn(world)).toEqual(['000_base'])
  expect(await world.query('select step from ran order by step')).toEqual([{ step: 'a' }, { step: 'b' }])
  expect(await world.query(`select to_regclass('base')::text as base, to_regclass('a') as a`)).toEqual([
    { base: 'base', a: null },
  ])
}
