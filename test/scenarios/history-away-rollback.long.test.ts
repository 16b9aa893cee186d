import { readFile } from 'node:fs/promises'
import { expect, onTestFinished, test } from 'vitest'
import { startPostgres } from '../support/postgres.ts'
import { expectBackAt110 } from './comes-back.ts'
import { threeReleases } from './releases.ts'
import { openWorld, phaseOf } from './world.ts'

test('a rollback by hand does not need Postgres: the world is back before it is, and the records come later', async () => {
  const postgres = await startPostgres()
  onTestFinished(() => postgres.stop())
  const world = await openWorld({ releases: threeReleases, historyUrl: postgres.url })
  for (const version of ['1.1.0', '1.2.0']) await world.live(version)
  await postgres.pause()

  const run = await world.rollback()
  await phaseOf(run, (status) => status.phase === 'recording', 45_000)
  await expectBackAt110(world, 'ann@example.com')
  expect(await readFile(`${world.root}/deployments.log`, 'utf8')).toContain('ROLLED_BACK')
  expect(await run.open()).toBe(true)

  await postgres.start()
  expect(await run.end()).toMatchObject({ outcome: 'ROLLED_BACK', live: { version: '1.1.0' } })
  const { rows } = await world.history.listDeployments({ kind: 'rollback' })
  expect(rows).toHaveLength(1)
  expect(rows[0]).toMatchObject({ version: '1.1.0', status: 'SUCCESS', healthCheck: 'PASSED', rollback: 'ROLLED_BACK' })
  const details = await world.history.readDeploymentDetails(rows[0]?.deployment ?? '')
  expect(details?.events.map((event) => event.seq)).toEqual(details?.events.map((_, index) => index + 1))
})
