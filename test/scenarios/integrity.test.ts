import { expect, test } from 'vitest'
import { migration } from './repository.ts'
import { openWorld, phaseOf } from './world.ts'

const releases = [
  {
    version: '1.0.0',
    files: migration(
      '001_users',
      'create table users (id int primary key, name text); insert into users select n, md5(n::text) from generate_series(1, 20) as n',
      'drop table users',
    ),
  },
  {
    version: '1.1.0',
    files: migration(
      '002_email',
      `alter table users add column email text; update users set name = '' where id <= 3`,
      'alter table users drop column email',
    ),
  },
]

test('an assertion that the release breaks takes it back, and the record says what of the old rows is not as it was', async () => {
  const world = await openWorld({ releases })
  await world.live('1.0.0')
  const plan = world.plan('1.1.0', (settings) => {
    Object.assign(settings.database, {
      integrity_level: 'exact',
      integrity: [
        { name: 'everybody has a name', sql: `select count(*) from users where name = ''`, expect: 0 },
        { name: 'broken long ago', sql: 'select count(*) from users', expect: 21 },
      ],
    })
  })
  const run = await world.belay.deploy(plan)
  await world.signAll(run, plan.deployment)
  const { deployment } = plan
  const waiting = await phaseOf(run, (status) => status.waitingFor?.question === 'integrity', 60_000)
  // Code and schema are back, the rows that the migration changed are not: somebody has to see to them.
  expect((await world.look()).serving).toBe('1.0.0')
  await world.sql(`update users set name = 'again' where name = ''`)
  const question = waiting.waitingFor?.question ?? ''
  await run.tell({ name: 'decide', deployment, question, answer: 'retry', by: 'ann', reason: 'mended' })
  const end = await run.end()
  expect(end).toMatchObject({ outcome: 'ROLLED_BACK', live: { version: '1.0.0' } })
  expect(end.sentence).toContain('data integrity not proven')

  const said = (await run.status()).events.map(({ text }) => text).filter((text) => text.includes('integrity'))
  const [before, after, back] = said
  expect(before).toBe(
    'integrity before the deployment: exact: structure and 1 assertion hold; broken long ago: expected 21, got 20; users: 20 rows hashed',
  )
  expect(after).toMatch(/^rolling back: data integrity not proven on local: everybody has a name: expected 0, got 3/)
  expect(back).toMatch(
    /^integrity failed: .*everybody has a name: expected 0, got 3; users: of 20 old rows 3 changed \(last written by 1 transaction\)/,
  )
  const known = 'broken long ago: expected 21, got 20 (failed before the deployment too: 20)'
  const open =
    'users: of 20 old rows 3 changed (last written by 1 transaction); by the service or by a migration, which cannot be told'
  expect(said).toContain(`integrity: exact: structure and 1 assertion hold; ${known}; ${open}`)
})
