import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { processesOf } from './processes.ts'
import { threeReleases } from './releases.ts'
import { openWorld, phaseOf, type World } from './world.ts'

test('the first deployment fails: everything is absent again, and the schema is kept', async () => {
  const world = await openWorld({ releases: threeReleases })
  await world.say('ill', '1.1.0')
  const { run, end } = await deployed(world)
  expect(end).toMatchObject({ outcome: 'ROLLED_BACK', reason: { kind: 'not_verified' }, live: null })
  expect(run.items.find((item) => item.item === 'pre.rollback_plan')?.detail).toContain('the schema is kept')
  await expectAbsent(world)
  expect((await world.look()).migrations).toHaveLength(2)

  // The host is free again, and the next one is a first deployment too, on the schema that was kept.
  await world.unsay('ill', '1.1.0')
  await world.live('1.2.0')
  const now = await world.look()
  expect(now).toMatchObject({ serving: '1.2.0', current: '1.2.0', marker: { version: '1.2.0' } })
  expect(now.migrations).toHaveLength(3)
}, 120_000)

async function deployed(world: World) {
  const plan = world.plan('1.1.0')
  const run = await world.belay.deploy(plan)
  await phaseOf(run, (status) => status.waitingFor !== null)
  await run.tell({ name: 'signOff', deployment: plan.deployment, item: 'pre.code_reviewed', by: 'ann' })
  const end = await run.end()
  return { run: await run.status(), end }
}

async function expectAbsent(world: World): Promise<void> {
  expect(await world.look()).toMatchObject({ serving: null, marker: null, current: null, config: null })
  for (const file of ['current', 'config.json', '.deployment_marker']) {
    expect(existsSync(`${world.directory}/${file}`), file).toBe(false)
  }
  expect(await processesOf(world.directory)).toEqual([])
}
