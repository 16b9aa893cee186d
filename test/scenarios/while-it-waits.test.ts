import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { maintenance } from '../../src/client/maintenance.ts'
import { eventually } from '../support/eventually.ts'
import { threeReleases } from './releases.ts'
import type { FixtureSettings } from './settings.ts'
import { openWorld, phaseOf, type World } from './world.ts'

const ann = 'ann@example.com'
const minuteMs = 60_000

test('what begins and ends while a run waits stops nothing; the night on which clocks change is right', async () => {
  const world = await worldWithClock()
  const { freeze, unfreeze, lock } = maintenance(world.belay)
  const roster = join(world.root, 'on-call.yaml')
  const shift = (who: string, from: string, until: string) =>
    `- { who: ${who}, from: ${from}, until: ${until}, zone: Europe/Prague }\n`
  await writeFile(
    roster,
    shift('ann', '2020-01-01', '2027-03-28T03:00') + shift('bob', '2027-03-28T03:00', '2099-01-01'),
  )
  const plan = world.plan('1.0.0', (settings: FixtureSettings) =>
    Object.assign(settings, { peak_hours: ['sun 02:00-04:00 Europe/Prague'], on_call: { roster } }),
  )

  // 01:30 in Prague; half an hour later it is three.
  await world.clockAt('2027-03-28T00:30:00Z')
  const run = await world.belay.deploy(plan)
  const waiting = await phaseOf(run, (status) => status.waitingFor !== null)
  expect(waiting.events.map(({ text }) => text)).toContain('on call: ann, by the roster')
  const short = lockFor(1_500)
  await lock(plan, short)
  await freeze(plan, { environment: null, from: null, until: null, reason: 'end of quarter', by: ann })
  await unfreeze(plan, true, ann)
  await eventually('the end of the lock', () => Date.now() > Date.parse(short.until))

  await world.clockAt('2027-03-28T01:10:00Z')
  await run.tell({ name: 'signOff', deployment: plan.deployment, item: 'pre.code_reviewed', by: ann })
  const end = await run.end()
  expect(end).toMatchObject({ outcome: 'REFUSED', reason: { kind: 'gate' } })
  expect(end.reason?.kind === 'gate' ? end.reason.items : []).toEqual([
    {
      item: 'peak_hours',
      why: 'sun 02:00-04:00 Europe/Prague: there it is Sun 03:10, over at Sun 04:00',
      allowedAt: '2027-03-28T02:00:00.000Z',
    },
  ])
  const texts = (await world.history.readDeploymentDetails(plan.deployment))?.events.map(({ text }) => text)
  expect(texts).toContain('on call: bob, by the roster (before: ann)')
  expect(texts?.filter((text) => text.startsWith(`lock by ${ann} (claimed) expired at`))).toHaveLength(1)
})

test('a clock that is wrong ends no hold early: the history judges freezes and locks, each host its own lock', async () => {
  const world = await worldWithClock()
  const { freeze, unfreeze, lock, unlock } = maintenance(world.belay)
  const plan = world.plan('1.0.0')
  const until = new Date(Date.now() + 30 * minuteMs).toISOString()
  const before = await world.tree()

  // The host is an hour ahead: to it the lock is over.
  await world.clockBy(60 * minuteMs)
  const half = lockFor(30 * minuteMs)
  await lock(plan, half)
  expect(await refused(world)).toMatchObject({ kind: 'locked', lock: half })
  await unlock(plan, ann)
  await freeze(plan, { environment: null, from: null, until, reason: 'end of quarter', by: ann })
  expect(await refused(world)).toMatchObject({ kind: 'gate', items: [{ item: 'freeze', allowedAt: until }] })
  await unfreeze(plan, true, ann)

  // An hour behind: to it alone it is still in force.
  await world.clockBy(-60 * minuteMs)
  const short = lockFor(1_000)
  await lock(plan, short)
  await eventually('the end of the lock', () => Date.now() > Date.parse(short.until))
  expect(await refused(world)).toMatchObject({ kind: 'locked', lock: short })
  expect(await world.tree()).toBe(before)
  await world.clockBy(0)
  const run = await world.deploy('1.0.0')
  await phaseOf(run, (status) => status.waitingFor !== null)
})

async function worldWithClock() {
  const worker = new URL('../support/worker-with-clock.ts', import.meta.url)
  const world = await openWorld({ releases: threeReleases, worker })
  const file = join(world.control, 'clock')
  const clockBy = (ms: number) => (ms === 0 ? rm(file) : writeFile(file, String(ms)))
  return { ...world, clockBy, clockAt: (at: string) => clockBy(Date.parse(at) - Date.now()) }
}

async function refused(world: World) {
  const end = await (await world.deploy('1.0.0')).end()
  expect(end.outcome).toBe('REFUSED')
  return end.reason
}

function lockFor(lengthMs: number) {
  const [since, until] = [Date.now(), Date.now() + lengthMs].map((ms) => new Date(ms).toISOString())
  return { reason: 'lunch', by: ann, since: since ?? '', until: until ?? '' }
}
