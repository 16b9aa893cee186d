import { readFile } from 'node:fs/promises'
import { expect, onTestFinished, test } from 'vitest'
import { startPostgres } from '../support/postgres.ts'
import { threeReleases } from './releases.ts'
import { git } from './repository.ts'
import { openWorld, phaseOf } from './world.ts'

test('the worker is killed while the outcome is written down: every record is there once', async () => {
  const postgres = await startPostgres()
  onTestFinished(() => postgres.stop())
  const world = await openWorld({ releases: threeReleases, historyUrl: postgres.url })
  await world.live('1.1.0')
  const plan = world.plan('1.2.0')
  const run = await world.belay.deploy(plan)
  await phaseOf(run, (status) => status.waitingFor !== null)
  await run.tell({ name: 'signOff', deployment: plan.deployment, item: 'pre.code_reviewed', by: 'ann' })
  await phaseOf(run, (status) => status.phase === 'watch')
  // Without Postgres the run is held in the phase in which the worker is to die; until people sign it is watched.
  await postgres.pause()
  await world.signAll(run, plan.deployment)
  await phaseOf(run, (status) => status.phase === 'recording')
  await world.killWorker()
  await world.startWorker()
  expect(await phaseOf(run, (status) => status.phase === 'recording')).toMatchObject({ outcome: 'SUCCESS' })
  await world.killWorker()
  await postgres.start()
  await world.startWorker()

  expect(await run.end()).toMatchObject({ outcome: 'SUCCESS' })
  expect(await world.look()).toMatchObject({
    serving: '1.2.0',
    current: '1.2.0',
    config: { limit: 20 },
    builds: ['1.1.0', '1.2.0'],
  })
  const details = await world.history.readDeploymentDetails(plan.deployment)
  expect(details?.row).toMatchObject({ outcome: 'SUCCESS', status: 'SUCCESS' })
  expect(details?.events.map((event) => event.seq)).toEqual(details?.events.map((_, index) => index + 1))
  const log = await readFile(`${world.root}/deployments.log`, 'utf8')
  expect(log.split('\n').filter((line) => line.includes('1.2.0'))).toHaveLength(1)
  const tags = await git(world.repository, 'tag', '--list', 'deploy/production/1.2.0/*')
  expect(tags.trim().split('\n')).toHaveLength(1)
  const entries = await git(world.repository, 'log', '--format=%H', 'deployments/production')
  expect(entries.trim().split('\n')).toHaveLength(2)
})
