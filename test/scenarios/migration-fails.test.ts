import { expect, test } from 'vitest'
import { threeReleases } from './releases.ts'
import { migration } from './repository.ts'
import { openWorld, phaseOf } from './world.ts'

test('a migration fails: those before it are reverted, the old release has served all the while, its marker is untouched', async () => {
  const broken = {
    ...migration('003_phone', 'alter table users add column phone text', 'alter table users drop column phone'),
    ...migration('004_broken', 'alter table users add column id int', 'select 1'),
  }
  const world = await openWorld({ releases: [...threeReleases.slice(0, 2), { version: '1.2.0', files: broken }] })
  await world.live('1.1.0')
  const before = await world.look()
  const columns = await world.sql("select * from information_schema.columns where table_name = 'users' order by 4")

  const plan = world.plan('1.2.0')
  const run = await world.belay.deploy(plan)
  await phaseOf(run, (status) => status.waitingFor !== null)
  await run.tell({ name: 'signOff', deployment: plan.deployment, item: 'pre.code_reviewed', by: 'ann' })
  const end = await run.end()
  expect(end).toMatchObject({ outcome: 'ROLLED_BACK', reason: { kind: 'step_failed', step: 'migrate' } })
  expect(end.sentence).toContain('004_broken')
  expect(await world.look()).toEqual({ ...before, builds: ['1.1.0', '1.2.0'] })
  expect(await world.sql("select * from information_schema.columns where table_name = 'users' order by 4")).toEqual(
    columns,
  )
  const details = await world.history.readDeploymentDetails(plan.deployment)
  expect(details?.items.find((item) => item.item === 'during.migrations_applied')).toMatchObject({ state: 'failed' })
}, 120_000)
