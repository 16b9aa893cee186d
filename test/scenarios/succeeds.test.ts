import { expect, test } from 'vitest'
import { migration } from './repository.ts'
import { openWorld } from './world.ts'

const releases = [
  { version: '1.0.0', files: migration('001_users', 'create table users (id int primary key)', 'drop table users') },
  {
    version: '1.1.0',
    config: { limit: 10 },
    files: migration('002_email', 'alter table users add column email text', 'alter table users drop column email'),
  },
]

test('a release goes out, is signed and watched, and is on the record everywhere', async () => {
  const world = await openWorld({ releases })
  await world.live('1.0.0')
  await world.live('1.1.0')

  const now = await world.look()
  expect(now).toMatchObject({ serving: '1.1.0', current: '1.1.0', builds: ['1.0.0', '1.1.0'], config: { limit: 10 } })
  expect(now.marker).toMatchObject({
    version: '1.1.0',
    commit: world.commits.get('1.1.0'),
    deployed_by: 'ci@example.com',
  })
  expect(now.migrations).toHaveLength(2)

  const { rows } = await world.history.listDeployments({})
  expect(rows.map((row) => [row.version, row.outcome, row.status, row.healthCheck, row.rollback])).toEqual([
    ['1.1.0', 'SUCCESS', 'SUCCESS', 'PASSED', 'N/A'],
    ['1.0.0', 'SUCCESS', 'SUCCESS', 'PASSED', 'N/A'],
  ])
})
