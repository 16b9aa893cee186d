import type { ChildProcess } from 'node:child_process'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrateStep } from '../../../activities/database/run-programs.ts'
import { eventually } from '../../support/eventually.ts'
import { historyIn, type Killable, killable } from '../killable.ts'
import { createWorld, type DatabaseWorld, withClient } from '../world.ts'

let world: DatabaseWorld
let programs: Killable

beforeEach(async () => {
  await begin('sql')
})

afterEach(async () => {
  programs.stop()
  await world.stop()
})

async function begin(tool: 'sql' | 'node-pg-migrate'): Promise<void> {
  world = await createWorld(tool)
  programs = killable(world)
  await world.query(`create table users (id int, mail text); insert into users values (1, 'a'), (2, 'a'), (3, 'b')`)
}

const unique = {
  '001_unique.up.sql': `-- belay: no transaction\ncreate table seen ();\ncreate unique index concurrently by_mail on users (mail);`,
  '001_unique.down.sql': '-- belay: no transaction\ndrop index concurrently by_mail;\ndrop table seen;',
}

test('an index that cannot be unique is named and removed; when the rows are mended the second run works', async () => {
  const release = await world.release('1.0.0', unique)
  const failed = await world.deploy(release)
  expect(failed.result).toMatchObject({ applied: [], history: [], failure: { migration: '001_unique' } })
  const message = failed.result.failure?.message ?? ''
  expect(message).toContain('Key (mail)=(a) is duplicated')
  expect(message).toContain('it left index public.by_mail invalid, which is removed again')
  expect(message).toContain('it failed half way and left: table seen: not expected, but it is there')
  expect(await indexes()).toEqual([])

  await world.query('delete from users where id = 2')
  const pending = ['001_unique']
  const again = await world.activities.migrate({ ...input(), releaseDirectory: release, pending, try: 2 })
  expect(again).toMatchObject({ applied: ['001_unique'], failure: null })
  expect(await indexes()).toEqual(['by_mail valid'])
})

test('an index that was invalid before stays, and is named where it is in the way', async () => {
  await expect(world.query('create unique index concurrently by_mail on users (mail)')).rejects.toThrow('unique')
  await world.query('create index other on users (id)')
  const { result } = await world.deploy(await world.release('1.0.0', unique))
  expect(result.failure?.message).toContain('index public.by_mail was there before, invalid: drop it, then try again')
  expect(await indexes()).toEqual(['by_mail invalid', 'other valid'])
})

test('a build that was cut off with its program is cleared away and done once', async () => {
  const release = await world.release('1.0.0', unique)
  await world.query('delete from users where id = 2')
  await whileBuilding(async (child) => {
    await programs.killWithSession(child)
    expect(await indexes()).toEqual(['by_mail invalid'])
  }, release)
  const again = await world.activities.migrate({ ...input(), releaseDirectory: release, pending: ['001_unique'] })
  expect(again).toMatchObject({ applied: ['001_unique'], history: ['001_unique'], failure: null })
  expect(await indexes()).toEqual(['by_mail valid'])
})

test('an index that could only half be dropped is dropped by the second run, not forgotten', async () => {
  await world.query('create index by_mail on users (mail)')
  const files = {
    '001_drop.up.sql': '-- belay: no transaction\ndrop index concurrently by_mail;',
    '001_drop.down.sql': '-- belay: no transaction\ncreate index concurrently by_mail on users (mail);',
  }
  const release = await world.release('1.0.0', files)
  await withClient(world.url, async (writer) => {
    await writer.query(`begin; insert into users values (9, 'z')`)
    const { result } = await world.deploy(release)
    expect(result.failure?.message).toContain('lock timeout')
    expect(result.failure?.message).toContain('index by_mail: valid expected yes, got no')
    await writer.query('rollback')
  })
  expect(await indexes()).toEqual(['by_mail invalid'])
  const again = await world.activities.migrate({ ...input(), releaseDirectory: release, pending: ['001_drop'], try: 2 })
  expect(again).toMatchObject({ applied: ['001_drop'], failure: null })
  expect(await indexes()).toEqual([])
})

test('a revert that makes an index again and cannot is as honest, and goes on when the rows are mended', async () => {
  await world.query('delete from users where id = 2; create unique index by_mail on users (mail)')
  const deployed = await world.deploy(
    await world.release('1.0.0', {
      '001_free.up.sql': '-- belay: no transaction\ndrop index concurrently by_mail;',
      '001_free.down.sql': '-- belay: no transaction\ncreate unique index concurrently by_mail on users (mail);',
    }),
  )
  await world.query(`insert into users values (4, 'a')`)
  const failed = await world.revert(deployed, { onLoss: 'lose' })
  expect(failed).toMatchObject({ reverted: [], kept: ['001_free'], catalogRestored: false })
  expect(failed.failure?.message).toContain('duplicate')
  expect(await indexes()).toEqual([])

  await world.query('delete from users where id = 4')
  const reverted = await world.revert(deployed, { attempt: 2 })
  expect(reverted).toMatchObject({ reverted: ['001_free'], kept: [], catalogRestored: true, failure: null })
  expect(await indexes()).toEqual(['by_mail valid'])
  expect(await historyIn(world)).toEqual([])
})

test('an index that somebody else is building meanwhile is theirs', async () => {
  await world.query('create table other (id int)')
  const release = await world.release('1.0.0', unique)
  await withClient(world.url, async (writer) => {
    await writer.query('begin; insert into other values (1)')
    const building = world.query('create index concurrently theirs on other (id)')
    await eventually('their build', async () => (await indexes()).length === 1)
    // Its own build would wait for the writer as well: the rows are found out before.
    const { result } = await world.deploy(release)
    expect(result.failure?.message).toContain('by_mail invalid, which is removed again')
    expect(result.failure?.message).not.toContain('left index public.theirs')
    expect(await indexes()).toEqual(['theirs invalid'])
    await writer.query('commit')
    await building
  })
  expect(await indexes()).toEqual(['theirs valid'])
})

test('another tool’s failed build is named and removed as well', async () => {
  await world.stop()
  await begin('node-pg-migrate')
  const file = `exports.up = (pgm) => {
    pgm.noTransaction()
    pgm.createIndex('users', 'mail', { name: 'by_mail', unique: true, method: 'btree', concurrently: true })
  }
  exports.down = (pgm) => {
    pgm.noTransaction()
    pgm.dropIndex('users', 'mail', { name: 'by_mail', concurrently: true })
  }`
  const release = await world.release('1.0.0', { '1700000000001_unique.js': file })
  const failed = await world.deploy(release)
  expect(failed.result).toMatchObject({ applied: [], failure: { migration: '1700000000001_unique' } })
  expect(failed.result.failure?.message).toContain('it left index public.by_mail invalid, which is removed again')
  expect(await indexes()).toEqual([])

  await world.query('delete from users where id = 2')
  const pending = ['1700000000001_unique']
  const again = await world.activities.migrate({ ...input(), releaseDirectory: release, pending, try: 2 })
  expect(again).toMatchObject({ applied: pending, failure: null })
  expect(await indexes()).toEqual(['by_mail valid'])
})

function input() {
  const { order, database } = world
  return { order, database, try: 1 }
}

/** The build waits for a transaction that has the table open. */
async function whileBuilding(work: (child: ChildProcess) => Promise<void>, releaseDirectory: string): Promise<void> {
  await withClient(world.url, async (writer) => {
    await writer.query(`begin; insert into users values (9, 'z')`)
    world.database.migrations.lockTimeoutMs = 60_000
    const child = programs.start(migrateStep({ ...input(), releaseDirectory, pending: ['001_unique'] }))
    await eventually('the index being built', async () => (await indexes()).length === 1)
    await work(child)
    await writer.query('rollback')
  })
}

async function indexes(): Promise<string[]> {
  const rows = await world.query<{ name: string }>(
    `select relname || case when indisvalid then ' valid' else ' invalid' end as name
     from pg_index join pg_class c on c.oid = indexrelid join pg_namespace n on n.oid = c.relnamespace
     where nspname = 'public' and relname !~ 'migrations' order by 1`,
  )
  return rows.map(({ name }) => name)
}
