import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { createRehearsalActivities } from '../../../activities/database/rehearsal/activities.ts'
import type { ReleaseLayout } from '../../../src/domain/plan.ts'
import { shared } from '../../support/shared.ts'
import { createLive, type LiveWorld, nick, rehearsed } from './live.ts'

const layout: ReleaseLayout = {
  directory: '/nowhere',
  mode: 'worktree',
  roots: [],
  keep: 1,
  build: [],
  buildTimeoutMs: 60_000,
  processes: [],
  downtime: false,
}

const program = fileURLToPath(new URL('../../../src/worker/programs/rehearse.ts', import.meta.url))

async function asked(live: LiveWorld, url: string | null) {
  const { rehearseRelease } = createRehearsalActivities({ steps: live.steps, program, environment: process.env })
  const commit = await live.repository.commit(nick)
  const repository = { location: live.repository.location, tag: 'v{version}', push: null }
  const rehearsal = { url, data: null, oldRelease: { queries: [], command: null }, timeoutMs: 60_000 }
  const database = { ...live.database, rehearsal }
  const release = { version: '1.1.0', commit }
  return () => rehearseRelease({ order: live.order, repository, release, layout, database, for: 'gate' })
}

async function created(): Promise<LiveWorld> {
  const live = await createLive()
  onTestFinished(() => live.stop())
  return live
}

it('two who ask at once get one rehearsal, and who asks later gets the evidence of it', async () => {
  const live = await created()
  const ask = await asked(live, await shared('postgres'))
  const [first, second] = await Promise.all([ask(), ask()])
  expect(first).toMatchObject({ state: 'rehearsed', kept: false })
  expect(second).toEqual(first)
  expect(await readdir(join(live.directory, '.belay/steps/d1/rehearse'))).toEqual(['1'])
  expect(await ask()).toEqual({ ...first, kept: true })
}, 60_000)

it('on the embedded server it needs nothing of the machine, and leaves nothing on it', async () => {
  const live = await created()
  const rehearsal = rehearsed(await (await asked(live, null))())
  expect(rehearsal).toMatchObject({
    server: { from: 'embedded' },
    built: 'replayed',
    migrations: [{ verdict: 'reversible' }],
  })
}, 60_000)

it('fails in words where the live database does not answer', async () => {
  const live = await created()
  const ask = await asked({ ...live, database: { ...live.database, url: 'postgres://127.0.0.1:1/none' } }, null)
  await expect(ask()).rejects.toThrow(/the database does not answer.*; all of it: belay logs d1 rehearse$/)
}, 60_000)

it('before the first deployment, where the directory of the service is not there yet, it rehearses all the same', async () => {
  const live = await created()
  await live.query('drop table users, schema_migrations')
  const order = { ...live.order, directory: join(live.directory, 'not-there-yet') }
  const answer = await (await asked({ ...live, order }, await shared('postgres')))()
  expect(rehearsed(answer)).toMatchObject({
    built: 'replayed',
    migrations: [{ name: '001_users' }, { name: '002_nick' }],
  })
}, 60_000)
