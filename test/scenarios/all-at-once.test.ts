import { expect, test } from 'vitest'
import { exitCodeOfEnd } from '../../src/cli/exit.ts'
import { maintenance } from '../../src/client/maintenance.ts'
import { threeReleases } from './releases.ts'
import type { FixtureSettings } from './settings.ts'
import { openWorld } from './world.ts'

const always = 'mon-sun 00:00-24:00 Asia/Kolkata'

test('lock, freeze, peak hours and a failing item are told at once, a line each; a rollback is exempt from all', async () => {
  const world = await openWorld({ releases: threeReleases })
  await world.live('1.0.0')
  await world.live('1.1.0')
  const plan = world.plan('1.2.0')
  const { lock, freeze } = maintenance(world.belay)
  const until = new Date(Date.now() + 3_600_000).toISOString()
  await lock(plan, { reason: 'disk is swapped', by: 'ann', since: new Date().toISOString(), until })
  await freeze(plan, { environment: 'production', from: null, until, reason: 'end of quarter', by: 'bob' })
  const before = await world.tree()

  const refused = await (await world.deploy('1.2.0', everything)).end()
  const lines = refused.sentence.split('\n')
  expect(refused.outcome).toBe('REFUSED')
  expect(exitCodeOfEnd(refused)).toBe(75)
  expect(lines[1]).toBe('4 things stand in the way: lock, freeze, peak_hours, pre.tests_passing')
  expect(lines.slice(2, -1)).toEqual([
    expect.stringMatching(/^lock: locked by ann \(claimed\) since .*: disk is swapped; next: belay unlock production$/),
    expect.stringMatching(
      /^freeze: frozen by bob \(claimed\) until .*Z: end of quarter; next: belay unfreeze production$/,
    ),
    expect.stringMatching(
      `^peak_hours: ${always}: there it is .*, over never: every hour of the week is peak; next: mend peak_hours in belay.yaml, no hour of the week is left$`,
    ),
    expect.stringMatching(/^pre\.tests_passing: .*2 failed; next: belay logs \S+ evidence-tests_passing, mend it$/),
  ])
  expect(await world.tree()).toBe(before)

  const made = { ...world.plan('unknown', everything), deployment: 'back-by-hand' }
  const asked = { to: null, only: 'all', by: 'ann', reason: 'support calls' } as const
  const back = await (await world.belay.rollback({ plan: made, ...asked })).end()
  expect(back).toMatchObject({ outcome: 'ROLLED_BACK', live: { version: '1.0.0' } })
  expect((await world.look()).serving).toBe('1.0.0')
})

function everything(settings: FixtureSettings): void {
  settings.review.checklist.tests_passing.command = ['node', '-e', 'console.error("2 failed"); process.exit(1)']
  Object.assign(settings, { peak_hours: [always] })
}
