import { expect, test } from 'vitest'
import { allowDrills, demanding, drillOf } from './drilling.ts'
import { threeReleases } from './releases.ts'
import { openWorld, phaseOf } from './world.ts'

const releases = threeReleases.map((release) => {
  const files = {
    ...release.files,
    'docs/empty.md': ' \n',
    ...(release.version === '1.2.0' && { 'docs/back.md': 'Go.' }),
  }
  return { ...release, files }
})
const within = (time: string) => demanding({ drill: { in: 'production', within: time } })

test('where a drill of this very commit is demanded: none, one of another commit, one that is too old, a good one', async () => {
  const world = await openWorld({ releases, change: allowDrills })
  await world.live('1.0.0')
  // A drill itself needs none before it.
  expect(await drillOf(world, '1.1.0', within('7d'))).toMatchObject({ outcome: 'ROLLED_BACK', reason: null })
  const tree = await world.tree()

  const other = await (await world.deploy('1.2.0', within('7d'))).end()
  expect(other.outcome).toBe('REFUSED')
  expect(other.sentence).toContain('expected a drill of 1.2.0 in production, found none of this commit')
  expect(other.sentence).toContain('Next: belay drill production --release 1.2.0')
  const old = await (await world.deploy('1.1.0', within('1ms'))).end()
  expect(old.outcome).toBe('REFUSED')
  expect(old.sentence).toMatch(/expected a drill of 1\.1\.0 at most 1 ms ago, the last one was .* ago in production/)
  expect(await world.tree()).toBe(tree)

  const plan = world.plan('1.1.0', within('7d'))
  const run = await world.belay.deploy(plan)
  const { items } = await phaseOf(run, (status) => status.waitingFor !== null)
  const item = items.find((one) => one.item === 'pre.rollback_plan')
  expect(item).toMatchObject({
    state: 'passed',
    detail: expect.stringMatching(/way back proven: .* ago in production/),
  })
  expect(item?.answers).toMatchObject([
    { provider: 'way_back', ok: true, commit: plan.release.commit },
    { provider: 'drill', ok: true },
  ])
  await run.tell({ name: 'abort', deployment: plan.deployment, by: 'ann', reason: 'seen' })
  await run.end()
  const kept = await world.history.readDeploymentDetails(plan.deployment)
  expect(kept?.items.find((one) => one.item === 'pre.rollback_plan')?.answers).toHaveLength(2)
})

test('a document that is demanded must be in the release, with words in it', async () => {
  const world = await openWorld({ releases })
  const missing = await (await world.deploy('1.1.0', demanding({ document: 'docs/back.md' }))).end()
  expect(missing.outcome).toBe('REFUSED')
  expect(missing.sentence).toMatch(/expected the document docs\/back\.md at [0-9a-f]{12}, found none/)
  const empty = await (await world.deploy('1.1.0', demanding({ document: 'docs/empty.md' }))).end()
  expect(empty.sentence).toContain('expected words in the document docs/empty.md')
  const plan = world.plan('1.2.0', demanding({ document: 'docs/back.md' }))
  const run = await world.belay.deploy(plan)
  const { items } = await phaseOf(run, (status) => status.waitingFor !== null)
  expect(items.find((one) => one.item === 'pre.rollback_plan')).toMatchObject({
    state: 'passed',
    detail: expect.stringMatching(/docs\/back\.md at [0-9a-f]{12} \(3 bytes\)/),
  })
})
