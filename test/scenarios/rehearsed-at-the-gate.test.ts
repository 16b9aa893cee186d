import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { shared } from '../support/shared.ts'
import { type FixtureRelease, migration } from './repository.ts'
import type { FixtureSettings } from './settings.ts'
import { openWorld, type World } from './world.ts'

const addEmail = 'alter table users add column email text'

const releases: readonly FixtureRelease[] = [
  { version: '1.0.0', files: migration('001_users', 'create table users (id int primary key)', 'drop table users') },
  { version: '1.1.0', files: migration('002_email', addEmail, 'alter table users add column oops int') },
  { version: '1.2.0', files: migration('002_email', addEmail, 'alter table users drop column email') },
]

/** Nothing is declared additive: the live release has to show it. */
function rehearsed(settings: FixtureSettings): void {
  settings.database.migrations.additive = 'none'
  Object.assign(settings.review.checklist, { migrations_tested: { rehearsal: true } })
  const queries = [{ name: 'all users', sql: 'select id from users' }]
  Object.assign(settings.database, { rehearsal: { url: '${env:SCRATCH_URL}', old_release: { queries } } })
}

async function opened(): Promise<World> {
  const scratch = await shared('postgres')
  const world = await openWorld({ releases, environment: () => ({ SCRATCH_URL: scratch }) })
  await world.live('1.0.0')
  return world
}

test('a release whose way back does not restore is refused with the difference; one that restores goes live', async () => {
  const world = await opened()
  const before = await world.tree()
  const refused = await (await world.deploy('1.1.0', rehearsed)).end()
  expect(refused).toMatchObject({
    outcome: 'REFUSED',
    reason: {
      kind: 'gate',
      items: [{ item: 'pre.migrations_tested', why: expect.stringContaining('002_email: broken') }],
    },
  })
  expect(refused.sentence).toContain('back does not restore')
  expect(refused.sentence).toContain('users.email')
  expect(refused.sentence).toContain('belay rehearse 1.1.0 --env production')
  expect(await world.tree()).toBe(before)
  expect((await world.look()).migrations).toEqual(['001_users'])

  const run = await world.deploy('1.2.0', rehearsed)
  const { deployment } = await run.status()
  await world.signAll(run, deployment)
  expect(await run.end()).toMatchObject({ outcome: 'SUCCESS' })
  const { items, events } = await run.status()
  const tested = items.find(({ item }) => item === 'pre.migrations_tested')
  expect(tested?.detail).toMatch(
    /^002_email: reversible.*; the live release works on it: all users \(.*given, schema replayed\)$/,
  )
  expect(events.map(({ text }) => text)).toContain('proven additive by the live release: 002_email')
  expect((await world.look()).migrations).toEqual(['001_users', '002_email'])
}, 120_000)

test('a schema that somebody changes while the gate waits makes the rehearsal stale, and the release is refused', async () => {
  const world = await opened()
  const run = await world.deploy('1.2.0', rehearsed)
  const { deployment } = await run.status()
  await eventually('the rehearsal has passed', async () => {
    const { items } = await run.status()
    return items.some(({ item, state }) => item === 'pre.migrations_tested' && state === 'passed')
  })
  await world.sql(addEmail)
  await run.tell({ name: 'signOff', deployment, item: 'pre.code_reviewed', by: 'ann@example.com' })
  const end = await run.end()
  expect(end).toMatchObject({ outcome: 'REFUSED' })
  expect(end.sentence).toContain('it held before the wait, now:')
  expect(end.sentence).toContain('email')
  expect((await world.look()).migrations).toEqual(['001_users'])
}, 120_000)
