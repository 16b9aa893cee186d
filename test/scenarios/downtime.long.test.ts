import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { expectBackAt110 } from './comes-back.ts'
import { threeReleases } from './releases.ts'
import { type FixtureRelease, migration } from './repository.ts'
import type { FixtureSettings } from './settings.ts'
import { openWorld, phaseOf, type World } from './world.ts'

/** What is connected while it runs is kept in a table, so that the world itself tells who was there. */
const renaming = migration(
  '003_mail',
  `alter table users rename column email to mail;
   create table seen as select application_name from pg_stat_activity where application_name like 'service %'`,
  'alter table users rename column mail to email; drop table seen',
)

test('a migration the old release cannot live with: old stopped, migrated, new started; and back in the same order', async () => {
  const world = await ready(renaming)
  const plan = world.plan('1.2.0', (settings) => {
    settings.monitoring.window = '60s'
  })
  const run = await world.belay.deploy(plan)
  await world.signAll(run, plan.deployment)
  await phaseOf(run, (status) => status.phase === 'watch')
  expect(await world.look()).toMatchObject({ serving: '1.2.0' })
  expect(await world.sql('select * from seen')).toEqual([])

  await world.say('errors', '1.2.0')
  expect(await run.end()).toMatchObject({ outcome: 'ROLLED_BACK' })
  await expectBackAt110(world, 'belay')
  expect(await starts(world)).toEqual(['1.1.0 email,id', '1.2.0 id,mail', '1.1.0 email,id'])
}, 120_000)

test('without downtime it is refused, and nothing that is live has changed', async () => {
  const world = await ready(renaming)
  const end = await deployed(world, (settings) => Object.assign(settings.release, { downtime: false }))
  expect(end).toMatchObject({ outcome: 'REFUSED', reason: { kind: 'preparation_failed', step: 'reviewMigrations' } })
  expect(end.sentence).toContain('003_mail')
  expect(end.sentence).toContain('downtime')
  const now = await world.look()
  expect(now).toMatchObject({ serving: '1.1.0', current: '1.1.0', config: { limit: 10 } })
  expect(now.migrations).toHaveLength(2)
  expect(await starts(world)).toEqual(['1.1.0 email,id'])
}, 120_000)

test('a migration that fails after the old release was stopped: it is started again, on its own schema', async () => {
  const world = await ready(migration('003_mail', 'alter table users rename column nothing to mail', 'select 1'))
  const end = await deployed(world)
  expect(end).toMatchObject({ outcome: 'ROLLED_BACK', reason: { kind: 'step_failed', step: 'migrate' } })
  expect(await starts(world)).toEqual(['1.1.0 email,id', '1.1.0 email,id'])
  const now = await world.look()
  expect(now).toMatchObject({ serving: '1.1.0', current: '1.1.0', config: { limit: 10 }, marker: { version: '1.1.0' } })
  expect(now.migrations).toHaveLength(2)
}, 120_000)

async function ready(third: Record<string, string>): Promise<World> {
  const [first, second] = threeReleases
  const releases: FixtureRelease[] = [
    { version: '1.0.0', files: { ...first?.files, 'server.mjs': await schemaAwareServer() } },
    { version: '1.1.0', ...second },
    { version: '1.2.0', config: { limit: 20 }, files: third },
  ]
  const world = await openWorld({
    releases,
    change(settings) {
      Object.assign(settings.release, { downtime: true })
      settings.database.migrations.additive = 'none'
      Object.assign(settings.release.processes.web.env, { DATABASE_URL: '${env:FIXTURE_DATABASE_URL}' })
    },
  })
  await world.live('1.1.0')
  return world
}

async function deployed(world: World, change?: (settings: FixtureSettings) => void) {
  const plan = world.plan('1.2.0', change)
  const run = await world.belay.deploy(plan)
  await phaseOf(run, (status) => status.waitingFor !== null)
  await run.tell({ name: 'signOff', deployment: plan.deployment, item: 'pre.code_reviewed', by: 'ann' })
  return await run.end()
}

/** Stays connected to the database, and writes down with which columns it found it. */
async function schemaAwareServer(): Promise<string> {
  const server = await readFile(new URL('./service/server.mjs', import.meta.url), 'utf8')
  return `import { appendFileSync } from 'node:fs'
import pg from '${import.meta.resolve('pg')}'
${server}
const { DATABASE_URL: connectionString } = process.env
const client = new pg.Client({ connectionString, application_name: \`service \${version}\` })
await client.connect()
const { rows } = await client.query(
  "select column_name from information_schema.columns where table_name = 'users' order by 1",
)
appendFileSync(join(control, 'starts'), \`\${version} \${rows.map((row) => row.column_name).join()}\\n\`)
`
}

async function starts(world: World): Promise<string[]> {
  return (await readFile(`${world.control}/starts`, 'utf8')).trim().split('\n')
}
