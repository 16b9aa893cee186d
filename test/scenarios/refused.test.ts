import { readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { threeReleases } from './releases.ts'
import type { FixtureRelease } from './repository.ts'
import type { FixtureSettings } from './settings.ts'
import { openWorld, phaseOf, type World } from './world.ts'

test('a failing command refuses the release, with its words; every failing item is reported at once', async () => {
  const world = await ready()
  const one = await refused(world, (settings) => {
    settings.review.checklist.tests_passing.command = ['node', '-e', 'console.error("2 failed"); process.exit(1)']
  })
  expect(one.reason).toMatchObject({ kind: 'gate', items: [{ item: 'pre.tests_passing' }] })
  expect(one.sentence).toContain('2 failed')

  const all = await refused(world, (settings) => {
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
  const items = all.reason?.kind === 'gate' ? all.reason.items.map((item) => item.item) : []
  expect(items).toEqual([
    'pre.code_reviewed',
    'pre.tests_passing',
    'pre.staging_successful',
    'pre.migrations_tested',
    'pre.configuration_reviewed',
    'pre.dependencies_tested',
  ])
})

test('without a way back it is refused: a marker path that is a symlink, with its target untouched; no previous release', async () => {
  const world = await ready()
  const marker = `${world.directory}/.deployment_marker`
  const text = await readFile(marker)
  await writeFile(`${world.directory}/precious`, 'precious')
  await rm(marker)
  await symlink('precious', marker)
  const linked = await refused(world)
  expect(linked.reason).toMatchObject({
    kind: 'gate',
    items: [{ item: 'pre.rollback_plan' }, { item: 'pre.marker_prepared' }],
  })
  expect(linked.sentence).toContain('got a symlink')
  expect(await readFile(`${world.directory}/precious`, 'utf8')).toBe('precious')

  await rm(marker)
  await writeFile(marker, text)
  await rm(`${world.directory}/releases/1.0.0`, { recursive: true })
  const gone = await refused(world)
  expect(gone.reason).toMatchObject({ kind: 'gate', items: [{ item: 'pre.rollback_plan' }] })
})

test('nobody signs in time, or a person refuses the review: refused, with the name', async () => {
  const world = await openWorld({ releases: threeReleases })
  const before = await world.tree()
  const hurried = await world.deploy('1.0.0', (settings) => {
    settings.review.within = '800ms'
  })
  expect(await hurried.end()).toMatchObject({
    outcome: 'REFUSED',
    reason: { kind: 'gate_expired', items: ['pre.code_reviewed'] },
  })

  const plan = world.plan('1.0.0')
  const run = await world.belay.deploy(plan)
  await phaseOf(run, (status) => status.waitingFor !== null)
  const { deployment } = plan
  await run.tell({ name: 'reject', deployment, item: 'pre.code_reviewed', by: 'ann', reason: 'not yet' })
  expect(await run.end()).toMatchObject({ outcome: 'REFUSED', reason: { kind: 'rejected', by: 'ann' } })
  expect(await world.tree()).toBe(before)
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

/** Named, and nothing on the host has changed. */
async function refused(world: World, change?: (settings: FixtureSettings) => void) {
  const before = await world.tree()
  const end = await (await world.deploy('1.1.0', change)).end()
  expect(end.outcome).toBe('REFUSED')
  expect(await world.tree()).toBe(before)
  expect((await world.look()).serving).toBe('1.0.0')
  return end
}
