import { expect, test } from 'vitest'
import { maintenance } from '../../src/client/maintenance.ts'
import { eventually } from '../support/eventually.ts'
import { threeReleases } from './releases.ts'
import { openWorld, phaseOf, type World } from './world.ts'

const ann = 'ann@example.com'

test('a freeze that begins after the first change stops nothing, and never a rollback; before it, it refuses', async () => {
  const world = await openWorld({
    releases: threeReleases,
    // Longer than the other scenarios': what counts here is the freeze, and a busy machine misses samples.
    change: ({ monitoring }) => void Object.assign(monitoring, { window: '5s', interval: '1s' }),
  })
  const { freeze, unfreeze } = maintenance(world.belay)
  const frozen = { environment: null, from: null, until: null, reason: 'end of quarter', by: ann }
  const plan = world.plan('1.0.0')
  await expired(world)
  await world.live('1.0.0')

  const running = world.plan('1.1.0')
  const run = await world.belay.deploy(running)
  await signedAtTheGate(world, running.deployment)
  await phaseOf(run, (status) => status.liveSince !== null)
  await freeze(plan, frozen)
  await world.signAll(run, running.deployment)
  expect(await run.end()).toMatchObject({ outcome: 'SUCCESS', live: { version: '1.1.0' } })

  const before = await world.tree()
  const refused = await (await world.deploy('1.2.0')).end()
  expect(refused).toMatchObject({
    outcome: 'REFUSED',
    reason: { kind: 'gate', items: [{ item: 'freeze', next: 'belay unfreeze production --all' }] },
  })
  expect(refused.sentence).toContain(
    'freeze: frozen by ann@example.com (claimed) of all environments until somebody ends it: end of quarter',
  )
  expect(await world.tree()).toBe(before)
  expect(await unfreeze(plan, false, ann)).toMatchObject({ ended: [], left: { inForce: [{ environment: null }] } })
  expect(await unfreeze(plan, true, ann)).toMatchObject({ ended: [{ by: ann }], left: { inForce: [], toCome: [] } })

  const ill = world.plan('1.2.0')
  const failing = await world.belay.deploy(ill)
  await signedAtTheGate(world, ill.deployment)
  await phaseOf(failing, (status) => status.phase === 'watch')
  await freeze(plan, frozen)
  await world.say('ill', '1.2.0')
  expect(await failing.end()).toMatchObject({ outcome: 'ROLLED_BACK', live: { version: '1.1.0' } })
  expect((await world.look()).serving).toBe('1.1.0')

  await unfreeze(plan, true, ann)
  await world.unsay('ill', '1.2.0')
  const blocked = await (await world.deploy('1.2.0')).end()
  expect(blocked).toMatchObject({ outcome: 'REFUSED', reason: { kind: 'blocked', version: '1.2.0' } })
  expect(blocked.sentence).toMatch(/1\.2\.0 is blocked, it was rolled back: .*expected/)
  expect(blocked.sentence).toContain('Next: belay clear production 1.2.0 --reason "..."')
  // A rollback that reached its target holds the release, not the environment.
  expect(await world.history.readLocks({ service: 'fixture', environment: 'production' })).toEqual([])
})

/** A lock whose time is over by the next deployment, which says so and goes on. */
async function expired(world: World): Promise<void> {
  const plan = world.plan('1.0.0')
  const { lock, unlock } = maintenance(world.belay)
  const long = lockFor(3_600_000)
  await lock(plan, long)
  const held = await (await world.belay.deploy(plan)).end()
  expect(held).toMatchObject({ outcome: 'REFUSED', reason: { kind: 'locked', lock: long } })

  await unlock(plan, ann)
  const short = lockFor(1_000)
  await lock(plan, short)
  await eventually('the end of the lock', () => Date.now() > Date.parse(short.until))
  const later = world.plan('1.0.0')
  const run = await world.belay.deploy(later)
  await phaseOf(run, (status) => status.waitingFor !== null)
  await run.tell({ name: 'abort', deployment: later.deployment, by: ann, reason: 'only a look' })
  expect(await run.end()).toMatchObject({ outcome: 'ABORTED' })
  const { events } = (await world.history.readDeploymentDetails(later.deployment)) ?? { events: [] }
  const said = events.filter(({ text }) => text.startsWith(`lock by ${ann} (claimed) expired at`))
  expect(said).toMatchObject([{ kind: 'ignored', text: expect.stringContaining(': ignored (lunch)') }])
}

function lockFor(lengthMs: number) {
  const [since, until] = [Date.now(), Date.now() + lengthMs].map((ms) => new Date(ms).toISOString())
  return { reason: 'lunch', by: ann, since: since ?? '', until: until ?? '' }
}

async function signedAtTheGate(world: World, deployment: string): Promise<void> {
  const run = await world.belay.attach('fixture', 'production')
  if (!run) throw new Error('expected an open run, found none')
  await phaseOf(run, (status) => status.waitingFor !== null)
  await run.tell({ name: 'signOff', deployment, item: 'pre.code_reviewed', by: ann })
}
