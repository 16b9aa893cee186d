import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { startPostgres } from '../support/postgres.ts'
import { threeReleases } from './releases.ts'
import { openWorld, phaseOf, type World } from './world.ts'

test('Postgres is away when the deployment begins: refused soon, saying so, and nothing has changed', async () => {
  const { world, postgres } = await ready()
  const before = await world.tree()
  await postgres.pause()

  const run = await world.deploy('1.2.0')
  await eventually('the end of the run', async () => !(await run.open()), 30_000)
  const end = await run.end()
  expect(end).toMatchObject({ outcome: 'REFUSED', reason: { kind: 'history_away' }, live: null })
  expect(end.sentence).toContain('the history database does not answer')
  expect(await world.tree()).toBe(before)
  expect((await world.look()).serving).toBe('1.1.0')

  await postgres.start()
  await world.live('1.2.0')
  expect((await world.look()).serving).toBe('1.2.0')
})

test('Postgres goes away while people sign: refused right before the first change', async () => {
  const { world, postgres } = await ready()
  const before = await world.tree()
  const plan = world.plan('1.2.0')
  const run = await world.belay.deploy(plan)
  await phaseOf(run, (status) => status.waitingFor !== null)
  await postgres.pause()
  await run.tell({ name: 'signOff', deployment: plan.deployment, item: 'pre.code_reviewed', by: 'ann' })
  await eventually('the end of the run', async () => !(await run.open()), 30_000)
  expect(await run.end()).toMatchObject({ outcome: 'REFUSED', reason: { kind: 'history_away' } })
  expect(await world.tree()).toBe(before)
})

test('Postgres goes away while the release is built: refused, what is live is untouched, and the claim is given back', async () => {
  const { world, postgres } = await ready()
  await world.say('hold-build', '1.2.0')
  const plan = world.plan('1.2.0')
  const run = await world.belay.deploy(plan)
  await phaseOf(run, (status) => status.waitingFor !== null)
  await run.tell({ name: 'signOff', deployment: plan.deployment, item: 'pre.code_reviewed', by: 'ann' })
  await eventually('the build to begin', async () => (await world.look()).builds.includes('1.2.0'))
  await postgres.pause()
  await world.unsay('hold-build', '1.2.0')
  await eventually('the end of the run', async () => !(await run.open()), 30_000)
  expect(await run.end()).toMatchObject({ outcome: 'REFUSED', reason: { kind: 'history_away' } })
  const now = await world.look()
  expect(now).toMatchObject({ serving: '1.1.0', current: '1.1.0', config: { limit: 10 } })
  expect(now.migrations).toHaveLength(2)

  await postgres.start()
  await world.live('1.2.0')
  expect((await world.look()).serving).toBe('1.2.0')
})

async function ready(): Promise<{ world: World; postgres: Awaited<ReturnType<typeof startPostgres>> }> {
  const postgres = await startPostgres()
  onTestFinished(() => postgres.stop())
  const world = await openWorld({ releases: threeReleases, historyUrl: postgres.url })
  await world.live('1.1.0')
  return { world, postgres }
}
