import { writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { hostPaths } from '../../activities/host/paths.ts'
import type { HostRecord } from '../../src/domain/host.ts'
import { blamed, integrityLine } from '../../src/domain/integrity/integrity.ts'
import { createWorld, type DatabaseWorld } from './world.ts'

let world: DatabaseWorld

beforeEach(async () => {
  world = await createWorld()
  await world.query(`create table users (id int primary key, name text); insert into users values (1, 'ann');
    create table plans (code text primary key, price int); insert into plans values ('free', 0), ('pro', 9)`)
})

afterEach(async () => {
  await world.stop()
})

const first = {
  '001_email.up.sql': 'alter table users add column email text; create table mails (id int primary key)',
  '001_email.down.sql': 'alter table users drop column email; drop table mails',
}
const second = {
  '002_note.up.sql': 'alter table plans add column note text; alter table mails add column body text',
  '002_note.down.sql': 'alter table plans drop column note; alter table mails drop column body',
}

test('over two releases each table is held against the state before the first release that touched it, and it is said which', async () => {
  const { all, before, after } = await twoReleases('exact')
  expect(await world.revert({ migrations: all, before, after })).toMatchObject({ kept: [], catalogRestored: true })
  const report = await compared(after)
  expect(blamed(report)).toEqual([])
  expect(integrityLine(report)).toBe(
    'exact: structure holds; users: the one row as before (before d1); plans: all 2 rows as before (before d2); against what was kept before d1; tables that only later ones touched, before d2',
  )
})

test('rows that only the younger release’s migrations touched and are damaged are found', async () => {
  const { all, before, after } = await twoReleases('exact')
  await world.revert({ migrations: all, before, after })
  // Other values in rows that nobody writes: no service does that.
  await world.query('alter table plans drop column price; alter table plans add column price int default 5')
  const report = await compared(after)
  expect(blamed(report)).toMatchObject([{ name: 'plans' }])
  expect(blamed(report)[0]?.got).toMatch(/hold other values, although nobody wrote them since \(before d2\)$/)
})

test('where levels differ, the report claims no more than the lower one', async () => {
  const { all, before, after } = await twoReleases('exact', 'fast')
  await world.revert({ migrations: all, before, after })
  const report = await compared(after)
  expect(report.level).toBe('fast')
  expect(report.tables.map(({ name, got }) => `${name}: ${got}`)).toEqual([
    'users: the one row as before (before d1)',
    'plans: 2 rows before, 2 now (before d2)',
  ])
})

test('one release is held against its own state, and nothing is said of others', async () => {
  const { after } = await twoReleases('fast')
  const report = await compared(after, ['d2'])
  expect(integrityLine(report)).not.toContain('d2')
})

async function twoReleases(level: 'fast' | 'exact', younger = level) {
  await keep(level, ['001_email'], await world.release('1.0.0', first))
  const one = await world.deploy(`${world.directory}/releases/1.0.0`)
  const record: Pick<HostRecord, 'deployment'> & Partial<HostRecord> = {
    deployment: 'd1',
    release: { version: '1.0.0', commit: 'a'.repeat(40) },
    releaseDirectory: '',
    planDigest: '',
    configuration: [],
    outcome: 'SUCCESS',
  }
  await writeFile(hostPaths(world.directory).records, JSON.stringify([record]))
  await world.deployment('d2')
  await keep(younger, ['002_note'], await world.release('1.1.0', { ...first, ...second }))
  const two = await world.deploy(`${world.directory}/releases/1.1.0`)
  return { all: [...two.migrations, ...one.migrations], before: one.before, after: two.after }
}

async function keep(level: 'fast' | 'exact', pending: readonly string[], releaseDirectory: string) {
  const database = { ...world.database, integrityLevel: level }
  await world.activities.keepIntegrity({ order: world.order, database, releaseDirectory, pending })
}

async function compared(catalogAfter: string, deployments = ['d2', 'd1']) {
  const against = { deployments, when: 'after rollback', schemaKept: false, catalogAfter } as const
  return await world.activities.checkIntegrity({ order: world.order, database: world.database, against })
}
