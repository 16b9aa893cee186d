import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRehearsalActivities } from '../../../activities/database/rehearsal/activities.ts'
import { mostKept } from '../../../activities/database/rehearsal/evidence.ts'
import { sqlPairs } from '../../../activities/database/tools/sql-pairs.ts'
import { sha256Of } from '../../../activities/disk/sha256.ts'
import type { DatabasePlan } from '../../../src/domain/plan.ts'
import { createLive, type LiveWorld, nick, rehearsed } from './live.ts'

let live: LiveWorld
beforeEach(async () => {
  live = await createLive()
})
afterEach(async () => {
  await live.stop()
})

const broken = { ...nick, 'migrations/002_nick.down.sql': 'select 1;' }
const more = { ...nick, 'migrations/003_more.up.sql': 'create table more (id int);' }

describe('what is kept of rehearsals, for whoever looks', () => {
  it('is the verdict of exactly the pending files, when, how long, and the strongest lock; looking twice answers twice', async () => {
    expect(await look(nick)).toEqual([{ name: '002_nick', rehearsal: null, warnings: null }])
    await live.rehearse(nick)
    const kept = await look(nick)
    expect(kept).toMatchObject([
      {
        name: '002_nick',
        rehearsal: {
          at: '2026-01-02T03:04:05.000Z',
          verdict: 'reversible',
          words: 'reversible',
          stale: [],
          lock: { mode: 'ACCESS EXCLUSIVE', on: 'users' },
          durationMs: expect.any(Number),
          oldReleaseWorks: null,
        },
        warnings: expect.any(Array),
      },
    ])
    expect(await look(nick)).toEqual(kept)
  })

  it('is told of what is broken, too, and is no evidence: it is rehearsed again', async () => {
    await live.rehearse(broken)
    const words = 'broken, back does not restore: column users.nick: not expected, but it is there'
    expect(await look(broken)).toMatchObject([{ rehearsal: { verdict: 'broken', words, stale: [] } }])
    expect(await live.rehearse(broken)).toMatchObject({ state: 'rehearsed', kept: false })
  })

  it('is stale once the live schema is another, and fresh again when it is what it was', async () => {
    await live.rehearse(nick)
    await live.query('create table by_hand ()')
    expect(await look(nick)).toMatchObject([{ rehearsal: { verdict: 'reversible', stale: ['live'] } }])
    await live.query('drop table by_hand')
    expect(await look(nick)).toMatchObject([{ rehearsal: { stale: [] } }])
  })

  it('is stale once a file is another, or another one is pending with it', async () => {
    await live.rehearse(nick)
    const edited = { ...nick, 'migrations/002_nick.up.sql': '-- hm\nalter table users add column nick text;' }
    expect(await look(edited)).toMatchObject([{ rehearsal: { stale: ['files'] }, warnings: null }])
    expect(await look(more)).toMatchObject([{ rehearsal: { stale: ['files'] } }, { name: '003_more', rehearsal: null }])
  })

  it('is stale where other rows were given than those of the release, and says nothing of rows that nobody has read', async () => {
    const rows = (color: string) => ({ ...nick, 'rows.sql': `insert into users (email) values ('${color}')` })
    await live.rehearse(rows('red'), { data: 'rows.sql' })
    const seen = async (text: string | null | undefined) =>
      (await look(nick, { data: text && sha256Of(text) })).map(({ rehearsal }) => rehearsal?.stale)
    expect(await seen(rows('red')['rows.sql'])).toEqual([[]])
    expect(await seen(rows('blue')['rows.sql'])).toEqual([['data']])
    expect(await seen(null)).toEqual([['data']])
    expect(await seen(undefined)).toEqual([[]])
    // As the gate has it.
    expect(await live.rehearse(rows('red'), { data: 'rows.sql' })).toMatchObject({ kept: true })
    expect(await live.rehearse(rows('blue'), { data: 'rows.sql' })).toMatchObject({ kept: false })
  })

  it('is stale where something else is asked of the old release; where nothing is, it does not matter which one is live', async () => {
    const queries = [{ name: 'emails', sql: 'select email from users' }]
    const of = (directory: string | null, asked: typeof queries) => ({
      oldRelease: { queries: asked, command: null, directory, variable: 'SERVICE_DATABASE' },
    })
    await live.rehearse(nick, of(null, queries))
    const seen = async (asked: typeof queries) => {
      const rehearsal = { url: null, data: null, timeoutMs: 60_000, oldRelease: { queries: asked, command: null } }
      return (await look(nick, { data: null, rehearsal })).map((one) => one.rehearsal?.stale)
    }
    expect(await seen(queries)).toEqual([[]])
    expect(await seen([])).toEqual([['old_release']])
    expect(await seen([{ name: 'emails', sql: 'select id from users' }])).toEqual([['old_release']])
    expect(await live.rehearse(nick, of('/elsewhere', queries))).toMatchObject({ kept: false })
    await live.rehearse(nick, of(null, []))
    expect(await live.rehearse(nick, of('/elsewhere', []))).toMatchObject({ kept: true })
    expect(await seen([])).toEqual([[]])
  })

  it('is not kept for ever: the oldest of too many go, whoever rehearses, and the newest stay', async () => {
    const directory = join(live.directory, '.belay/rehearsals')
    await mkdir(directory, { recursive: true })
    const old = Array.from({ length: mostKept + 3 }, (_, at) => `${at}`.padStart(64, '0'))
    for (const [at, name] of old.entries()) {
      await writeFile(join(directory, `${name}.json`), '{}')
      await utimes(join(directory, `${name}.json`), 1_000 + at, 1_000 + at)
    }
    for (const _ of [1, 2]) {
      await live.rehearse(nick)
      const names = (await readdir(directory)).filter((name) => name.endsWith('.json'))
      expect(names).toHaveLength(mostKept)
      expect(names.toSorted().filter((name) => old.includes(name.slice(0, 64)))).toEqual(
        old.slice(4).map((name) => `${name}.json`),
      )
      expect(await look(nick)).toMatchObject([{ rehearsal: { verdict: 'reversible', stale: [] } }])
    }
  })

  it('is stale where it is of another major than the live one', async () => {
    const { server } = rehearsed(await live.rehearse(nick))
    await rewrite((kept) => ({ ...kept, server: { ...server, major: 12, version: '12.1' } }))
    expect(await look(nick)).toMatchObject([{ rehearsal: { server: '12.1', stale: ['server'] } }])
  })

  it('has no time where an earlier version kept it, and is nothing where it was damaged', async () => {
    await live.rehearse(nick)
    await rewrite(({ rehearsedAt: _, ...kept }) => kept)
    expect(await look(nick)).toMatchObject([{ rehearsal: { at: null, stale: [] } }])
    await rewrite(() => ({ binds: null }))
    expect(await look(nick)).toMatchObject([{ rehearsal: null }])
  })

  it('is asked of nothing that is applied', async () => {
    expect(await look(Object.fromEntries(Object.entries(nick).slice(0, 2)))).toEqual([])
  })
})

it('a database that does not answer is an answer, without its password', async () => {
  const url = 'postgres://who:secret-word@127.0.0.1:1/none'
  const answer = await activity(url)({ order: live.order, database: { ...live.database, url }, files: [] })
  expect(answer).toMatchObject({ state: 'away', why: expect.stringContaining('does not answer') })
  expect(JSON.stringify(answer)).not.toContain('secret-word')
})

type Beside = { data?: string | null | undefined; rehearsal?: DatabasePlan['rehearsal'] }

async function look(files: Readonly<Record<string, string>>, { data, rehearsal }: Beside = {}) {
  const texts = new Map(Object.entries(files).map(([path, text]) => [path.replace('migrations/', ''), text]))
  const database = { ...live.database, ...(rehearsal !== undefined && { rehearsal }) }
  const input = { order: live.order, database, files: sqlPairs.read(texts), ...(data !== undefined && { data }) }
  const answer = await activity(live.url)(input)
  if (answer.state === 'away') throw new Error(answer.why)
  return answer.pending
}

function activity(url: string) {
  const environment = { ...process.env, SERVICE_DATABASE: url }
  return createRehearsalActivities({ steps: live.steps, program: '/none', environment }).lookAtRehearsals
}

async function rewrite(change: (kept: Record<string, unknown>) => unknown): Promise<void> {
  const directory = join(live.directory, '.belay/rehearsals')
  const file = join(directory, (await readdir(directory)).find((name) => name.endsWith('.json')) ?? '')
  await writeFile(file, JSON.stringify(change(JSON.parse(await readFile(file, 'utf8')))))
}
