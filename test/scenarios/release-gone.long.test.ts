import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import type { FixtureRelease } from './repository.ts'
import type { FixtureSettings } from './settings.ts'
import { openWorld, phaseOf, type World } from './world.ts'

test('a release that somebody deleted is made again from its commit, and its migrations go back with its own tool', async () => {
  const world = await threeLive()
  await rm(`${world.directory}/releases/1.1.0`, { recursive: true })
  // The host has seen the commit: its own copy of the repository is enough.
  await rename(world.repository, `${world.repository}.away`)
  const end = await (await world.rollback({ to: '1.0.0' })).end()
  expect(end).toMatchObject({ outcome: 'ROLLED_BACK', live: { version: '1.0.0' } })
  expect(end.undone.join('\n')).toMatch(/reverted 3_phone, 2_email; the catalog equals the one before/)
  expect(await world.sql('select name from pgmigrations')).toEqual([{ name: '1_users' }])
  expect(existsSync(`${world.directory}/releases/1.1.0/migrations/2_email.js`)).toBe(true)
})

test('one that cannot be made again is refused in words, and the old code serves meanwhile', async () => {
  const world = await threeLive()
  await rm(`${world.directory}/releases/1.1.0`, { recursive: true })
  await world.say('break-build', '1.1.0')
  const run = await world.rollback({ to: '1.0.0' })
  const { waitingFor, events } = await phaseOf(run, (status) => status.waitingFor !== null, 60_000)
  expect(events.map(({ text }) => text).join('\n')).toContain('releases/1.1.0 is gone and could not be made again: ')
  expect(waitingFor).toMatchObject({
    question: 'revert',
    text: expect.stringContaining('node-pg-migrate: expected it in'),
  })
  expect(await world.look()).toMatchObject({ serving: '1.0.0' })
  expect(await world.sql('select count(*)::int as n from pgmigrations')).toEqual([{ n: 3 }])
})

async function threeLive(): Promise<World> {
  const world = await openWorld({ releases, change: scripted })
  for (const { version } of releases) await world.live(version)
  return world
}

function scripted(settings: FixtureSettings): void {
  settings.database.migrations.tool = 'node-pg-migrate'
  settings.release.build.push(['ln', '-s', resolve('node_modules'), 'node_modules'])
}

const releases: readonly FixtureRelease[] = [
  script('1.0.0', '1_users', `createTable('users', { id: 'id' })`, `dropTable('users')`),
  script('1.1.0', '2_email', `addColumn('users', { email: 'text' })`, `dropColumn('users', 'email')`),
  script('1.2.0', '3_phone', `addColumn('users', { phone: 'text' })`, `dropColumn('users', 'phone')`),
]

function script(version: string, name: string, up: string, down: string): FixtureRelease {
  const text = `exports.up = (pgm) => pgm.${up}\nexports.down = (pgm) => pgm.${down}\n`
  return { version, files: { [`migrations/${name}.js`]: text } }
}
