import { expect, test } from 'vitest'
import type { Run } from '../../src/client/client.ts'
import { Busy } from '../../src/client/errors.ts'
import { superseding } from '../../src/client/supersede.ts'
import { threeReleases } from './releases.ts'
import { openWorld, phaseOf, type World } from './world.ts'

test('a newer release takes the place of one that waits at its gate; of two at once the newest; an older one never', async () => {
  const world = await openWorld({ releases: threeReleases })
  const before = await world.tree()
  const first = await world.deploy('1.0.0')
  await phaseOf(first, (status) => status.waitingFor !== null)
  await expect(replacing(world, '1.0.0')).rejects.toThrow('1.0.0 cannot take the place of 1.0.0: it is not newer')

  const [older, newer] = await Promise.allSettled([replacing(world, '1.1.0'), replacing(world, '1.2.0')])
  const ended = await first.end()
  expect(ended).toMatchObject({ outcome: 'SUPERSEDED', reason: { kind: 'superseded', by: 'ci@example.com' } })
  expect(ended.sentence).toMatch(
    /^1\.0\.0 to production was superseded; nothing changed\nsuperseded by 1\.[12]\.0, which ci@example\.com \(claimed\) deploys\nNext: /,
  )
  if (newer.status === 'rejected') throw newer.reason
  expect(await world.belay.listOpen()).toMatchObject([{ version: '1.2.0', deployment: newer.value.deployment }])
  // Whoever came first of the two was superseded in turn; whoever came second found a newer one.
  if (older.status === 'fulfilled') expect(await older.value.end()).toMatchObject({ outcome: 'SUPERSEDED' })
  else expect(String(older.reason)).toContain('1.1.0 cannot take the place of 1.2.0')
  await expect(replacing(world, '1.1.0')).rejects.toThrow('it is not newer than 1.2.0')
  await expect(world.deploy('1.2.0')).rejects.toThrow(Busy)

  const forOther = { name: 'supersede', deployment: '1.0.0-other', by: 'eve', version: '9.0.0' } as const
  await expect(newer.value.tell(forOther)).rejects.toThrow('the message is for 1.0.0-other')
  expect(await world.tree()).toBe(before)
})

test('what is past its gate is not superseded, and what waits at it ends at once for a rollback', async () => {
  const world = await openWorld({ releases: threeReleases })
  const plan = world.plan('1.0.0', ({ after }) => void Object.assign(after, { within: '5m' }))
  const run = await world.belay.deploy(plan)
  await run.tell({ name: 'signOff', deployment: plan.deployment, item: 'pre.code_reviewed', by: 'ann@example.com' })
  await phaseOf(run, (status) => status.phase === 'watch')
  const busy = /busy: 1\.0\.0 .*; it is past its gate \(phase: watch\): only a run that waits there can be superseded/
  await expect(replacing(world, '1.1.0')).rejects.toThrow(busy)
  await world.signAll(run, plan.deployment)
  expect((await run.end()).sentence).toContain('1.0.0 is live on production')

  const before = await world.tree()
  const waits = world.plan('1.1.0')
  const waiting = await world.belay.deploy(waits)
  await phaseOf(waiting, (status) => status.waitingFor !== null)
  await waiting.tell({ name: 'rollback', deployment: waits.deployment, by: 'ann@example.com', reason: 'wrong one' })
  const end = await waiting.end()
  expect(end).toMatchObject({ outcome: 'ABORTED', reason: { kind: 'rollback_requested', by: 'ann@example.com' } })
  expect(end.sentence).toContain('1.1.0 to production was aborted; nothing changed')
  expect(await world.tree()).toBe(before)

  // A rollback is no release that gives way.
  const back = await world.rollback({ to: 'nothing' })
  await expect(replacing(world, '1.2.0')).rejects.toThrow(/it is a rollback/)
  expect(await back.end()).toMatchObject({ outcome: 'ROLLED_BACK' })
})

async function replacing(world: World, version: string): Promise<Run> {
  const plan = world.plan(version)
  return await superseding(world.belay, plan, () => world.belay.deploy(plan))
}
