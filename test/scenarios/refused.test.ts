import { describe, expect, test } from 'vitest'
import { threeReleases } from './releases.ts'
import type { FixtureRelease } from './repository.ts'
import type { FixtureSettings } from './settings.ts'
import { openWorld, phaseOf, type World } from './world.ts'

/** Each gate item missing: refused, named, and nothing on the host has changed. */
describe('at the gate', () => {
  test('a failing command refuses the release, names the item, and changes nothing', async () => {
    const world = await ready()
    const end = await deployed(world, (settings) => {
      settings.review.checklist.tests_passing.command = ['node', '-e', 'console.error("2 failed"); process.exit(1)']
    })
    expect(end.reason).toMatchObject({ kind: 'gate', items: [{ item: 'pre.tests_passing' }] })
    expect(end.sentence).toContain('2 failed')
  })

  test('every failing item is reported at once', async () => {
    const world = await ready()
    const end = await deployed(world, (settings) => {
      const failing = { command: ['node', '-e', 'process.exit(1)'], timeout: '10s' }
      Object.assign(settings.review.checklist, {
        tests_passing: failing,
        migrations_tested: failing,
        dependencies_tested: failing,
        staging_successful: failing,
        configuration_reviewed: failing,
        code_reviewed: failing,
      })
    })
    const items = end.reason?.kind === 'gate' ? end.reason.items.map((one) => one.item) : []
    expect(items).toEqual([
      'pre.code_reviewed',
      'pre.tests_passing',
      'pre.staging_successful',
      'pre.migrations_tested',
      'pre.configuration_reviewed',
      'pre.dependencies_tested',
    ])
  })

  test('a marker path that is a symlink is refused, and its target is untouched', async () => {
    const world = await ready()
    const { writeFile, symlink, readFile, rm } = await import('node:fs/promises')
    await writeFile(`${world.directory}/precious`, 'precious')
    await rm(`${world.directory}/.deployment_marker`)
    await symlink('precious', `${world.directory}/.deployment_marker`)
    const end = await deployed(world)
    expect(end.reason).toMatchObject({
      kind: 'gate',
      items: [{ item: 'pre.rollback_plan' }, { item: 'pre.marker_prepared' }],
    })
    expect(end.sentence).toContain('got a symlink')
    expect(await readFile(`${world.directory}/precious`, 'utf8')).toBe('precious')
  })

  test('without the previous release there is no way back, and that is said', async () => {
    const world = await ready()
    const { rm } = await import('node:fs/promises')
    await rm(`${world.directory}/releases/1.0.0`, { recursive: true })
    const end = await deployed(world)
    expect(end.reason).toMatchObject({ kind: 'gate', items: [{ item: 'pre.rollback_plan' }] })
  })

  test('nobody signs in time: refused', async () => {
    const world = await ready()
    const plan = world.plan('1.1.0', (settings) => {
      settings.review.within = '800ms'
    })
    const end = await (await world.belay.deploy(plan)).end()
    expect(end).toMatchObject({ outcome: 'REFUSED', reason: { kind: 'gate_expired', items: ['pre.code_reviewed'] } })
  })

  test('a person refuses the review: refused, with the name', async () => {
    const world = await ready()
    const plan = world.plan('1.1.0')
    const run = await world.belay.deploy(plan)
    await phaseOf(run, (status) => status.waitingFor !== null)
    await run.tell({
      name: 'reject',
      deployment: plan.deployment,
      item: 'pre.code_reviewed',
      by: 'ann',
      reason: 'not yet',
    })
    expect(await run.end()).toMatchObject({ outcome: 'REFUSED', reason: { kind: 'rejected', by: 'ann' } })
  })
})

async function ready(): Promise<World> {
  const world = await openWorld({ releases: threeReleases.map(withDependency) })
  await world.live('1.0.0')
  return world
}

/** An item about a difference is asked only where there is one. */
function withDependency(release: FixtureRelease): FixtureRelease {
  if (release.version !== '1.1.0') return release
  return { ...release, files: { ...release.files, 'requirements.txt': 'flask==3.0.0\n' } }
}

async function deployed(world: World, change?: (settings: FixtureSettings) => void) {
  const before = await world.tree()
  const end = await (await world.deploy('1.1.0', change)).end()
  expect(end.outcome).toBe('REFUSED')
  expect(await world.tree()).toBe(before)
  expect((await world.look()).serving).toBe('1.0.0')
  return end
}
