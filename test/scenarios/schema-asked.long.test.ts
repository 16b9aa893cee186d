import pg from 'pg'
import { expect, test } from 'vitest'
import { schemaKept, schemaLive } from './schema-kept.ts'
import { phaseOf } from './world.ts'

test('old code that is not known to live with the schema serves while a person decides; retry stops nothing in vain', async () => {
  const { world, run, decide } = await schemaKept((settings) => {
    settings.database.migrations.additive = 'none'
    Object.assign(settings.release, { downtime: true })
  })
  const asked = await phaseOf(run, (status) => status.waitingFor?.question === 'schema')
  expect(asked.waitingFor).toMatchObject({ answers: ['keep', 'retry', 'revert', 'give_up'], until: null })
  expect(asked.waitingFor?.offer).toBe(undefined)
  const serving = await world.look()
  expect(serving).toMatchObject({ serving: '1.1.0' })

  await decide('retry')
  const again = await phaseOf(
    run,
    ({ waitingFor }) => waitingFor?.question === 'schema' && waitingFor.since !== asked.waitingFor?.since,
  )
  const since = (text: string) => again.events.filter((event) => event.text.includes(text))
  expect(since('37 rows').length).toBeGreaterThan(1)
  await decide('revert')
  const end = await run.end()
  expect(end).toMatchObject({ outcome: 'ROLLED_BACK', live: { version: '1.1.0' } })
  const now = await world.look()
  expect(now).toMatchObject({ serving: '1.1.0', current: '1.1.0' })
  expect(now.migrations).toHaveLength(2)
}, 120_000)

test('a lock that is not to be had leaves nothing stopped: old code serves, it is said who holds it, and retry goes on', async () => {
  const { world, run, decide, illNow } = await schemaLive((settings) => {
    settings.database.migrations.additive = 'none'
    Object.assign(settings.release, { downtime: true })
  })
  const reader = new pg.Client({ connectionString: world.serviceUrl, application_name: 'nightly report' })
  await reader.connect()
  await reader.query('begin; select from users')
  await illNow()
  const asked = await phaseOf(run, (status) => status.waitingFor?.question === 'schema', 60_000)
  expect(asked.waitingFor?.text).toMatch(/held by pid \d+ \(nightly report, role .*nothing was changed/)
  expect(await world.look()).toMatchObject({ serving: '1.1.0' })
  await reader.end()
  await decide('retry')
  expect(await run.end()).toMatchObject({ outcome: 'ROLLED_BACK', live: { version: '1.1.0' } })
  const now = await world.look()
  expect(now).toMatchObject({ serving: '1.1.0' })
  expect(now.migrations).toHaveLength(2)
}, 120_000)
