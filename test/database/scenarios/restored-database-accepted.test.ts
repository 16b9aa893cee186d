import { readFile, rm, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { readRecords } from '../../../activities/host/inspect.ts'
import { hostPaths } from '../../../activities/host/paths.ts'
import type { HostRecord } from '../../../src/domain/host.ts'
import { type Accepted, restoredLines } from '../../../src/domain/migration/restored.ts'
import { freshWorlds, notes, trial, users } from './shop.ts'

const world = freshWorlds()
const accepted = { by: 'ann@example.com', reason: 'backup of 02:00', at: '2026-11-26T02:30:00.000Z' }
const restore = `alter table users drop column trial_ends_at; delete from schema_migrations where name = '002_trial'`

test('a restored database is shown, accepted by name and reason, and gone on from: the next deployment applies anew', async () => {
  const { first, deployed, next } = await twoDeployments()
  await world().query(restore)
  const history = await world().query('select * from schema_migrations')
  const survey = await surveyed()
  expect(survey).toMatchObject({
    release: { version: '1.1.0' },
    applied: ['001_users'],
    vanished: [{ name: '002_trial' }],
    schema: [],
    problems: [],
  })
  // Looking changes nothing.
  expect((await world().review(next)).refusals).toHaveLength(1)

  await accept(['002_trial'])
  await accept(['002_trial'])
  const [record] = await readRecords(world().directory)
  expect(record).toMatchObject({ release: { version: '1.1.0' }, migrations: first.migrations, catalog: first.after })
  expect(await world().query('select * from schema_migrations')).toEqual(history)
  const review = await world().review(next, { known: [...(record?.migrations ?? [])] })
  expect(review).toMatchObject({ refusals: [], pending: ['002_trial', '003_notes'], restored: ['002_trial'] })
  expect(review.notices).toContain(
    '002_trial: not applied since a restored database was accepted by ann@example.com (claimed) at 2026-11-26 02:30:00Z: backup of 02:00',
  )
  // Nothing of it is left to go back from.
  await world().deployment('d2')
  expect(await world().revert(deployed)).toMatchObject({ reverted: [], kept: [], failure: null })
  await world().deployment('d3')
  expect((await world().deploy(next)).result).toMatchObject({ applied: ['002_trial', '003_notes'], failure: null })
  expect((await world().review(next)).restored ?? []).toEqual([])
})

test('nothing is accepted where nothing vanished, where it is not what was shown, or while somebody holds the host', async () => {
  await twoDeployments()
  expect((await surveyed()).problems).toEqual([
    'nothing vanished: the history holds everything that Belay has applied here',
  ])
  await expect(accept(['002_trial'])).rejects.toThrow('nothing vanished')
  await world().query(restore)
  await expect(accept([])).rejects.toThrow('expected what was shown (nothing), got 002_trial; look again')
  const claim = { deployment: 'd9', runId: 'r', fence: 9, phase: 'release', since: '2026-11-26T02:00:00.000Z' }
  await writeFile(hostPaths(world().directory).claim, JSON.stringify(claim))
  await expect(accept(['002_trial'])).rejects.toThrow('host holds unfinished deployment d9')
  await rm(hostPaths(world().directory).claim)
  const lock = { reason: 'the rollback broke off', by: 'belay', since: '2026-11-26T02:00:00.000Z', until: null }
  await writeFile(hostPaths(world().directory).lock, JSON.stringify(lock))
  await expect(accept(['002_trial'])).rejects.toThrow('locked by belay since 2026-11-26T02:00:00.000Z')
  expect((await world().review('/nowhere', { way: 'back' })).vanished).toMatchObject([{ name: '002_trial' }])
})

test.for([
  ['the same acceptance', accepted],
  ['another one', { ...accepted, by: 'bob@example.com', at: '2026-11-26T03:00:00.000Z' }],
] as const)(
  'an acceptance that was cut off between notes and version of record is told, and %s finishes it',
  async ([, again]) => {
    const { first, next } = await twoDeployments()
    await world().query(restore)
    const file = hostPaths(world().directory).records
    const before = await readFile(file, 'utf8')
    await accept(['002_trial'])
    const after = await readRecords(world().directory)
    await writeFile(file, before)

    const survey = await surveyed()
    expect(survey).toMatchObject({ vanished: [{ name: '002_trial' }], cutOff: accepted, problems: [] })
    expect(restoredLines(survey)).toContain(
      '  cut off        accepted by ann@example.com (claimed) at 2026-11-26 02:30:00Z: backup of 02:00; the version of record does not say so yet: accept again',
    )
    await expect(accept([], again)).rejects.toThrow('look again')
    await accept(['002_trial'], again)
    expect(await readRecords(world().directory)).toEqual(after)
    const known = [...(first.migrations ?? [])]
    expect(await world().review(next, { known })).toMatchObject({ refusals: [], restored: ['002_trial'] })
    const { vanished, cutOff, problems } = await surveyed()
    expect({ vanished, cutOff, problems }).toEqual({
      vanished: [],
      problems: ['nothing vanished: the history holds everything that Belay has applied here'],
    })
  },
)

test('a history that was only tidied is not accepted for a restored database', async () => {
  await twoDeployments()
  await world().query(`delete from schema_migrations where name = '002_trial'`)
  const words =
    'the schema is exactly the one after 002_trial, which the history does not hold: no database was restored, only its row was taken out; put it back'
  expect((await surveyed()).problems).toEqual([words])
  await expect(accept(['002_trial'])).rejects.toThrow(words)
})

test('a schema that is older still than its history is not accepted', async () => {
  await world().deploy(await world().release('1.0.0', users))
  await world().deployment('d2')
  const files = { ...users, ...trial, ...notes }
  const { migrations } = await world().deploy(await world().release('1.1.0', files))
  await ofRecord(migrations.toReversed())
  await world().query(`drop table notes; ${restore.replace('002_trial', '003_notes')}`)
  expect((await surveyed()).problems).toEqual([expect.stringContaining('the history says that 002_trial is applied')])
})

test('what else is not as it was after what is left is shown', async () => {
  await twoDeployments()
  await world().query(`${restore}; create table by_hand (id int)`)
  const { schema, problems } = await surveyed()
  expect({ schema, problems }).toMatchObject({ schema: [expect.stringContaining('by_hand')], problems: [] })
})

async function surveyed() {
  const { order, database } = world()
  return await world().activities.surveyRestored({ order, database })
}

async function accept(vanished: readonly string[], by: Accepted = accepted) {
  const { order, database } = world()
  await world().activities.acceptRestored({ order, database, vanished, accepted: by })
}

async function twoDeployments() {
  const first = await world().deploy(await world().release('1.0.0', users))
  await world().deployment('d2')
  const deployed = await world().deploy(await world().release('1.1.0', { ...users, ...trial }))
  await ofRecord([...first.migrations, ...deployed.migrations])
  return { first, deployed, next: await world().release('1.2.0', { ...users, ...trial, ...notes }) }
}

/** As a deployment that has finished leaves the host. */
async function ofRecord(migrations: HostRecord['migrations']) {
  const { directory } = world()
  const record: HostRecord = {
    deployment: 'd2',
    release: { version: '1.1.0', commit: 'a'.repeat(40) },
    releaseDirectory: `${directory}/releases/1.1.0`,
    planDigest: '',
    configuration: [],
    migrations,
    catalog: null,
    outcome: 'SUCCESS',
    at: '2026-11-25T00:00:00.000Z',
  }
  await writeFile(hostPaths(directory).records, JSON.stringify([record]))
  await rm(hostPaths(directory).claim)
}
