import { expect, test } from 'vitest'
import { terminalOf } from '../cli/terminal.ts'
import { shared } from '../support/shared.ts'
import type { FixtureRelease } from './repository.ts'
import type { FixtureSettings } from './settings.ts'
import { migratesWith, migrationOf, releasesOf, type ToolName } from './tooled.ts'
import { openWorld, type World } from './world.ts'

const email = 'alter table users add column email text'

/** 1.1.0 does not come back; 1.2.0 brings the same migration, corrected. */
function corrected(tool: ToolName): readonly FixtureRelease[] {
  const [first] = releasesOf(tool)
  if (!first) throw new Error('no release')
  const second = (down: string) => migrationOf(tool, '002_email', email, down)
  return [
    first,
    { version: '1.1.0', files: second('select 1') },
    { version: '1.2.0', files: second('alter table users drop column email') },
  ]
}

async function opened(tool: ToolName): Promise<World> {
  const scratch = await shared('postgres')
  const world = await openWorld({
    releases: corrected(tool),
    environment: () => ({ SCRATCH_URL: scratch }),
    change: migratesWith(tool),
  })
  await world.live('1.0.0')
  return world
}

/** The live release has to show that it can live with what comes. */
function rehearsed({ database, review }: FixtureSettings): void {
  database.migrations.additive = 'none'
  Object.assign(review.checklist, { migrations_tested: { rehearsal: true } })
  const queries = [{ name: 'all users', sql: 'select id from users' }]
  Object.assign(database, { rehearsal: { url: '${env:SCRATCH_URL}', old_release: { queries } } })
}

test('node-pg-migrate at the gate: a way back that does not restore is refused, the corrected one goes live', async () => {
  const world = await opened('node-pg-migrate')
  const before = await world.tree()
  const refused = await (await world.deploy('1.1.0', rehearsed)).end()
  expect(refused).toMatchObject({ outcome: 'REFUSED', reason: { items: [{ item: 'pre.migrations_tested' }] } })
  expect(refused.sentence).toMatch(/002_email: broken.*users\.email/)
  expect(await world.tree()).toBe(before)
  expect((await world.look()).migrations).toEqual(['001_users'])

  const run = await world.deploy('1.2.0', rehearsed)
  await world.signAll(run, (await run.status()).deployment)
  expect(await run.end()).toMatchObject({ outcome: 'SUCCESS' })
  const { items, events } = await run.status()
  const tested = items.find(({ item }) => item === 'pre.migrations_tested')
  expect(tested?.detail).toMatch(/^002_email: reversible.*; the live release works on it: all users/)
  expect(events.map(({ text }) => text)).toContain('proven additive by the live release: 002_email')
  expect((await world.look()).migrations).toEqual(['001_users', '002_email'])
})

test('dbmate at a terminal: broken is 1 with what differs, sound is 0, and nothing live has changed', async () => {
  const world = await opened('dbmate')
  const { belay, configure } = await terminalOf(world)
  await configure((settings) => {
    migratesWith('dbmate')(settings)
    rehearsed(settings)
  })
  const before = await world.tree()
  const broken = await belay('rehearse', '1.1.0', '--env', 'production')
  expect(broken).toMatchObject({ code: 1, err: '' })
  expect(broken.out).toMatch(/^BROKEN +002_email +\d+ ms {2}up ok, down not restored: column users\.email: /)
  const sound = await belay('rehearse', '1.2.0', '--env', 'production')
  expect(sound).toMatchObject({ code: 0, err: '' })
  expect(sound.out).toMatch(/^reversible +002_email/)
  expect(sound.out).toContain('the live release on the new schema: all users ok')
  expect(sound.out).toContain('made again from the migrations that are applied')
  expect(await world.tree()).toBe(before)
  expect(await world.sql('select version from schema_migrations')).toEqual([{ version: '001' }])
})
