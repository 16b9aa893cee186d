import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { threeReleases } from './releases.ts'
import { git } from './repository.ts'
import { openWorld, phaseOf } from './world.ts'

test('where the directory itself is checked out a release goes live by git checkout, and comes back the same way', async () => {
  const world = await openWorld({
    releases: threeReleases,
    change: (settings) => Object.assign(settings.release, { mode: 'in_place' }),
  })
  await world.live('1.0.0')
  await world.live('1.1.0')
  expect(await head(world.directory)).toBe(world.commits.get('1.1.0'))
  expect(await world.look()).toMatchObject({ serving: '1.1.0', current: null, marker: { version: '1.1.0' } })

  const plan = world.plan('1.2.0', (settings) => {
    settings.monitoring.window = '60s'
  })
  const run = await world.belay.deploy(plan)
  await world.signAll(run, plan.deployment)
  await phaseOf(run, (status) => status.phase === 'watch')
  expect(await head(world.directory)).toBe(world.commits.get('1.2.0'))
  expect((await world.look()).serving).toBe('1.2.0')
  await world.say('errors', '1.2.0')

  expect(await run.end()).toMatchObject({ outcome: 'ROLLED_BACK', live: { version: '1.1.0' } })
  expect(await head(world.directory)).toBe(world.commits.get('1.1.0'))
  expect(await readFile(`${world.directory}/VERSION`, 'utf8')).toBe('1.1.0')
  const now = await world.look()
  expect(now).toMatchObject({
    serving: '1.1.0',
    marker: { version: '1.1.0', commit: world.commits.get('1.1.0'), deployed_by: 'belay' },
    config: { limit: 10 },
  })
  expect(now.migrations).toHaveLength(2)

  const back = await (await world.rollback({ to: '1.0.0' })).end()
  expect(back).toMatchObject({ outcome: 'ROLLED_BACK', live: { version: '1.0.0' } })
  expect(await head(world.directory)).toBe(world.commits.get('1.0.0'))
  expect(await world.look()).toMatchObject({ serving: '1.0.0', marker: { version: '1.0.0' } })
}, 180_000)

async function head(directory: string): Promise<string> {
  return (await git(directory, 'rev-parse', 'HEAD')).trim()
}
