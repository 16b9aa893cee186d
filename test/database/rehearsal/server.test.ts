import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { databaseAt, withScratchServer } from '../../../activities/database/rehearsal/scratch/server.ts'
import { startScratchPostgres } from '../../../src/dev/scratch-postgres.ts'
import { query } from '../../support/postgres.ts'
import { shared } from '../../support/shared.ts'
import { withClient } from '../world.ts'

test('whatever comes of the work, its databases are dropped, even with somebody connected', async () => {
  const url = await shared('postgres')
  let name = ''
  const failing = withScratchServer({ url }, async (server) => {
    const first = await server.create()
    await query(first.url, 'create table t (id int); insert into t values (1)')
    const copy = await server.create(first)
    expect(await query(copy.url, 'select id from t')).toEqual([{ id: 1 }])
    name = first.name
    throw new Error('in the middle')
  })
  await expect(failing).rejects.toThrow('in the middle')
  expect(name).toMatch(/^belay_scratch_\d{13}_[0-9a-f]{8}$/)
  expect(await databases(url, [name])).toEqual([])
})

test('left-overs of killed runs are dropped by the next one; what is at work, and what only looks alike, is left', async () => {
  const url = await shared('postgres')
  const [old, young] = [Date.now() - 25 * 3_600_000, Date.now() - 3_600_000]
  const left = [`belay_scratch_${old}_0a0a0a0a`, `belay_scratch_${young}_fb0b0b0b`]
  const other = `belay_scratch_${old}_mine`
  for (const name of [...left, other]) await query(url, `create database ${name}`)
  try {
    await withScratchServer({ url }, async (atWork) => {
      const mine = await atWork.create()
      await withScratchServer({ url }, async () => undefined)
      expect(await databases(url, [...left, other, mine.name])).toEqual([mine.name, other].toSorted())
    })
  } finally {
    for (const name of [...left, other]) await query(url, `drop database if exists ${name}`)
  }
})

test('a left-over that cannot be dropped, and a server that ends idle sessions, are in nobody’s way', async () => {
  // Its own server: any other rehearsal would drop what is left here.
  const { url, stop } = await startScratchPostgres(process.env)
  const left = `belay_scratch_${Date.now() - 25 * 3_600_000}_0c0c0c0c`
  const plain = Object.assign(new URL(url), { username: 'plain', password: 'geheim' }).href
  try {
    await query(url, `create role plain login createdb password 'geheim'`)
    await query(url, `alter role plain set idle_session_timeout = '1s'`)
    await query(url, `create database ${left} owner plain`)
    // Only a superuser may end a superuser's session, and with one a database stays.
    await withClient(databaseAt(url, left), async () => {
      await withScratchServer({ url: plain }, async (server) => {
        const { name } = await server.create()
        await query(url, 'select pg_sleep(1.5)')
        await withScratchServer({ url: plain }, async () => undefined)
        expect(await databases(url, [name, left])).toEqual([left, name].toSorted())
      })
    })
  } finally {
    await stop()
  }
})

test('what is being made when the work is left is dropped at once, and not worked on', async () => {
  const url = await shared('postgres')
  const leaving = new AbortController()
  let name: string | null = null
  const work = withScratchServer(
    { url },
    async (server) => {
      const making = server.create()
      leaving.abort(new Error('left'))
      name = await making.then(
        (made) => made.name,
        () => null,
      )
    },
    leaving.signal,
  )
  await expect(work).rejects.toThrow('left')
  expect(name).toBeNull()
})

test('an embedded server ends with the work and leaves no directory, also where the work fails', async () => {
  const before = await directories()
  let url = ''
  const embedded = async () => {
    const started = await startScratchPostgres(process.env)
    url = started.url
    return started
  }
  const failing = withScratchServer({ embedded }, async ({ server, create }) => {
    expect(server).toMatchObject({ from: 'embedded', major: 18 })
    await query((await create()).url, 'select 1')
    throw new Error('in the middle')
  })
  await expect(failing).rejects.toThrow('in the middle')
  await expect(query(url, 'select 1')).rejects.toThrow('ECONNREFUSED')
  expect(await directories()).toEqual(before)
})

test('no server at that address is said without its password', async () => {
  const url = 'postgres://somebody:hidden-words@127.0.0.1:1/nothing'
  const error = await withScratchServer({ url }, async () => 'reached').catch(String)
  expect(error).toContain('the database does not answer')
  expect(error).not.toContain('hidden-words')
})

async function databases(url: string, names: readonly string[]): Promise<unknown[]> {
  const list = names.map((name) => `'${name}'`).join(', ')
  return (await query(url, `select datname from pg_database where datname in (${list}) order by 1`)).map(
    (row) => row.datname,
  )
}

async function directories(): Promise<string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith('belay-scratch-'))
}
