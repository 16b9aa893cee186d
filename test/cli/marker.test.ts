import { expect, test } from 'vitest'
import { threeReleases } from '../scenarios/releases.ts'
import { openWorld } from '../scenarios/world.ts'
import { terminalOf } from './terminal.ts'

test('a deployment by hand: its marker locks the environment, is shown, is refused until it is true, and unlocks', async () => {
  const world = await openWorld({ releases: threeReleases })
  const { belay } = await terminalOf(world)
  expect(await belay('marker', 'show', 'production')).toMatchObject({
    code: 1,
    out: expect.stringContaining('local: '),
  })
  expect(await belay('marker', 'verify', 'production')).toMatchObject({
    code: 2,
    err: expect.stringContaining('begin one with: belay marker create production'),
  })
  await world.live('1.0.0')

  const create = (version: string) => {
    const commit = world.commits.get(version) ?? ''
    return belay('marker', 'create', 'production', '--version', version, '--commit', commit)
  }
  const created = await create('1.0.0')
  expect(created).toMatchObject({
    code: 0,
    out: expect.stringContaining('is locked for ann@example.com (claimed) until'),
  })
  expect(created.out).toContain('Next: deploy by hand, then: belay marker verify production')
  const held = await belay('deploy', '1.1.0', '--env', 'production')
  expect(held).toMatchObject({ code: 75, out: expect.stringContaining('manual deployment by ann@example.com') })
  const shown = await belay('marker', 'show', 'production', '--json')
  expect(JSON.parse(shown.out)).toMatchObject({
    schema: 1,
    hosts: [{ host: 'local', marker: { version: '1.0.0', deployed_by: 'ann@example.com' } }],
  })

  await world.say('ill', '1.0.0')
  const ill = await belay('marker', 'verify', 'production')
  expect(ill).toMatchObject({ code: 1, out: expect.stringContaining('stays locked. Next: mend it') })
  await world.unsay('ill', '1.0.0')
  const verified = await belay('marker', 'verify', 'production')
  expect(verified).toMatchObject({
    code: 0,
    out: expect.stringContaining('verified on production; recorded and unlocked'),
  })
  expect((await belay('history', 'production')).out).toMatch(/SUCCESS +manual/)
}, 120_000)
