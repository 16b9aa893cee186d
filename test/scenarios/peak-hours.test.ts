import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { moment } from '../../src/domain/gate/moment.ts'
import { threeReleases } from './releases.ts'
import type { FixtureSettings } from './settings.ts'
import { openWorld, phaseOf } from './world.ts'

const dayMs = 24 * 60 * 60_000
const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

test('an approval that arrives in peak hours starts nothing, and the run says when to come back', async () => {
  const world = await openWorld({
    releases: threeReleases,
    worker: new URL('../support/worker-with-clock.ts', import.meta.url),
  })
  await world.live('1.0.0')
  const before = await world.tree()
  const busy = peakInTwoDays()

  const plan = world.plan('1.1.0', busy.configure)
  const run = await world.belay.deploy(plan)
  await phaseOf(run, (status) => status.waitingFor !== null)
  await writeFile(join(world.control, 'clock'), String(2 * dayMs))
  const by = 'operator@example.com'
  await run.tell({ name: 'signOff', deployment: plan.deployment, item: 'pre.code_reviewed', by })
  const end = await run.end()
  expect(end).toMatchObject({
    outcome: 'REFUSED',
    reason: { kind: 'gate', items: [{ item: 'peak_hours', allowedAt: busy.over }] },
  })
  expect(end.sentence).toContain(`peak_hours: ${busy.window}: there it is `)
  expect(end.sentence).toContain(`Next: belay deploy 1.1.0 --env production after ${moment(busy.over)}`)
  expect(await world.tree()).toBe(before)
  expect((await world.look()).serving).toBe('1.0.0')

  await rm(join(world.control, 'clock'))
  await world.live('1.1.0', busy.configure)
})

/** Two whole days, the first of them in two days: a clock that goes ahead by as much is in them even over midnight. */
function peakInTwoDays() {
  const firstMs = Math.floor(Date.now() / dayMs + 2) * dayMs
  const names = [firstMs, firstMs + dayMs].map((ms) => dayNames[new Date(ms).getUTCDay()])
  const window = `${names.join(',')} 00:00-24:00 UTC`
  const configure = (settings: FixtureSettings) => Object.assign(settings, { peak_hours: [window] })
  return { window, over: new Date(firstMs + 2 * dayMs).toISOString(), configure }
}
