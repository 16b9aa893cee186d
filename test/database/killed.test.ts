import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readNote, writeNote } from '../../activities/database/notes.ts'
import { migrateStep, revertStep } from '../../activities/database/run-programs.ts'
import { eventually } from '../support/eventually.ts'
import { held, historyIn, type Killable, killable } from './killable.ts'
import { createWorld, type DatabaseWorld, withClient } from './world.ts'

let world: DatabaseWorld
let programs: Killable

beforeEach(async () => {
  world = await createWorld()
  programs = killable(world)
  // The tests hold a lock for as long as they need.
  world.database.migrations.lockTimeoutMs = 60_000
  // Counts attempts, rolled back or not; rows count what was committed.
  await world.query('create sequence attempts; create table ran (step text)')
})

afterEach(async () => {
  programs.stop()
  await world.stop()
})

const counted = (step: string) => `select nextval('attempts'); insert into ran values ('${step}');`

test('a program killed inside a migration leaves nothing of it, and the next one applies it once', async () => {
  const { releaseDirectory, pending } = await released({
    '001_a.up.sql': `create table a (); ${counted('a')}`,
    '001_a.down.sql': 'drop table a',
    '002_b.up.sql': `create table b (); ${counted('b')} ${held}`,
    '002_b.down.sql': 'drop table b',
  })
  await programs.killWhileHeld(migrateStep({ ...(await input()), releaseDirectory, pending }))
  expect(await historyIn(world)).toEqual(['001_a'])

  const result = await world.activities.migrate({ ...(await input()), releaseDirectory, pending })
  expect(result).toMatchObject({ applied: ['001_a', '002_b'], history: ['001_a', '002_b'], failure: null })
  expect(await world.query('select step from ran order by step')).toEqual([{ step: 'a' }, { step: 'b' }])
  expect(await world.query(`select last_value::int as attempts from attempts`)).toEqual([{ attempts: 3 }])
})

test('a program killed after the commit and before it noted anything is found out from the history', async () => {
  const { releaseDirectory, pending } = await released({
    '001_a.up.sql': `create table a (id int); insert into a values (1); ${counted('a')}`,
    '001_a.down.sql': 'drop table a',
  })
  const first = await world.activities.migrate({ ...(await input()), releaseDirectory, pending })
  const note = await readNote(world.directory, '001_a')
  if (!note) throw new Error('expected a note')
  await writeNote(world.directory, { ...note, after: null })
  await rm(join(world.directory, '.belay/migrations/001_a.rows.json'))

  const again = await world.activities.migrate({ ...(await input()), releaseDirectory, pending, try: 2 })
  expect(again).toEqual(first)
  expect(await world.query('select step from ran')).toEqual([{ step: 'a' }])
  const migrations = [{ name: '001_a', releaseDirectory }]
  const reverted = await world.revert({ migrations, before: again.catalogBefore, after: again.catalogAfter })
  expect(reverted).toMatchObject({ reverted: ['001_a'], losses: [], catalogRestored: true })
})

test('an index that was being built when the program died is neither built twice nor forgotten', async () => {
  await world.query('create table users (id int)')
  const { releaseDirectory, pending } = await released({
    '001_index.up.sql': `-- belay: no transaction\n${counted('once').replace(';', ';\n')}\ncreate index concurrently by_id on users (id);`,
    '001_index.down.sql': '-- belay: no transaction\ndrop index concurrently by_id',
  })
  // The build waits for this transaction, on the server, whether its client lives or not.
  await withClient(world.url, async (client) => {
    await client.query('begin; insert into users values (1)')
    const child = programs.start(migrateStep({ ...(await input()), releaseDirectory, pending }))
    await eventually('the index being built', async () => {
      const [row] = await world.query<{ n: number }>(
        `select count(*)::int as n from pg_stat_progress_create_index where datname = current_database()`,
      )
      return row?.n === 1
    })
    await programs.kill(child)
    await client.query('commit')
  })
  expect(await historyIn(world)).toEqual([])

  const result = await world.activities.migrate({ ...(await input()), releaseDirectory, pending })
  expect(result).toMatchObject({ applied: ['001_index'], failure: null })
  expect(await world.query(`select indisvalid from pg_index where indexrelid = 'by_id'::regclass`)).toEqual([
    { indisvalid: true },
  ])
  expect(await world.query('select step from ran')).toEqual([{ step: 'once' }])
})

test('rows changed outside a transaction by a program that was killed are for people to look at', async () => {
  const { releaseDirectory, pending } = await released({
    '001_rows.up.sql': `-- belay: no transaction\n${counted('once')}\n${held}`,
    '001_rows.down.sql': '-- belay: no transaction\ndelete from ran',
  })
  await programs.killWhileHeld(migrateStep({ ...(await input()), releaseDirectory, pending }))
  const result = await world.activities.migrate({ ...(await input()), releaseDirectory, pending })
  expect(result).toMatchObject({ applied: [], history: [] })
  expect(result.failure?.message).toContain('it may or may not have happened: look at the rows and finish by hand')
  expect(await world.query('select step from ran')).toEqual([{ step: 'once' }])
})

test('a revert that was killed goes back entirely, once, with the next one', async () => {
  const { releaseDirectory, pending } = await released({
    '001_a.up.sql': 'create table a ()',
    '001_a.down.sql': `drop table a; ${counted('a')} ${held}`,
    '002_b.up.sql': 'create table b ()',
    '002_b.down.sql': `drop table b; ${counted('b')}`,
  })
  const applied = await world.activities.migrate({ ...(await input()), releaseDirectory, pending })
  const order = {
    ...(await input()),
    migrations: pending.map((name) => ({ name, releaseDirectory })).toReversed(),
    before: applied.catalogBefore,
    after: applied.catalogAfter,
    onLoss: 'keep' as const,
  }
  await programs.killWhileHeld(revertStep(order))
  expect(await historyIn(world)).toEqual(['001_a', '002_b'])
  const result = await world.activities.revertMigrations(order)
  expect(result).toMatchObject({ reverted: ['002_b', '001_a'], kept: [], catalogRestored: true, failure: null })
  expect(await world.query('select step from ran order by step')).toEqual([{ step: 'a' }, { step: 'b' }])
})

test('a connection that is lost in the middle is made again, and the migration applied once', async () => {
  const { releaseDirectory, pending } = await released({
    '001_a.up.sql': `create table a (); ${counted('a')} ${held}`,
    '001_a.down.sql': 'drop table a',
  })
  const result = await programs.whileHeld(async (release) => {
    const running = world.activities.migrate({ ...(await input()), releaseDirectory, pending })
    await programs.waiting()
    await world.query(`select pg_terminate_backend(pid) from pg_stat_activity
       where wait_event = 'advisory' and datname = current_database()`)
    await eventually('another try', async () => (await attempts()) === 2)
    await release()
    return await running
  })
  expect(result).toMatchObject({ applied: ['001_a'], failure: null })
  expect(await world.query('select step from ran')).toEqual([{ step: 'a' }])
})

async function input() {
  const { order, database } = world
  return { order, database, try: 1 }
}

async function released(files: Readonly<Record<string, string>>) {
  const releaseDirectory = await world.release('1.0.0', files)
  const pending = Object.keys(files).flatMap((name) => (name.endsWith('.up.sql') ? [name.slice(0, -7)] : []))
  return { releaseDirectory, pending }
}

async function attempts(): Promise<number> {
  const [row] = await world.query<{ n: number }>('select last_value::int as n from attempts')
  return row?.n ?? 0
}
