import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openReceiver } from '../notify/receiver.ts'
import { allowDrills, drillOf, endOfDrill, place } from './drilling.ts'
import { notifying } from './notifying.ts'
import { threeReleases } from './releases.ts'
import { git } from './repository.ts'
import { openWorld } from './world.ts'

test('a drill proves both ends and leaves everything as it was: nothing blocked, nothing of record, git alone', async () => {
  const releases = threeReleases.map((release) => ({ ...release, untagged: release.version === '1.2.0' }))
  const world = await openWorld({ releases, change: allowDrills })
  await world.live('1.1.0')
  const receiver = await openReceiver()
  const [before, marker, refs] = [
    await world.look(),
    await markerBytes(world.directory),
    await refsOf(world.repository),
  ]
  const plan = world.plan('1.2.0', (settings) => {
    // Nobody is asked for what only a release that stays needs.
    Object.assign(settings.review.checklist, { staging_successful: { sign_off: true } })
    notifying({ url: receiver.url })(settings)
  })
  const run = await world.belay.drill(plan)
  const end = await endOfDrill(run, plan)

  expect(end).toMatchObject({ outcome: 'ROLLED_BACK', startedAs: 'drill', reason: null, live: { version: '1.1.0' } })
  expect(end.sentence).toMatch(/^drill of 1\.2\.0 on production: way back proven in /)
  expect(end.sentence).toContain('1.1.0 is live again on production; nothing is blocked\nNext: belay record 1.2.0-')
  expect(end.sentence).not.toContain('blocked until')
  const told = JSON.parse((await receiver.taken(/ended.ROLLED_BACK$/)).text)
  expect(told).toMatchObject({ startedAs: 'drill', outcome: 'ROLLED_BACK', release: { version: '1.2.0' } })

  const status = await run.status()
  const events = status.events.map((event) => event.text)
  // One end: said by the service, applied, loaded, marked. The other: read once more, and compared.
  expect(itemStates(status)).toMatchObject({
    'during.migrations_applied': 'passed',
    'during.configuration_loaded': 'passed',
    'during.marker_created': 'passed',
    'pre.staging_successful': 'not_applicable',
    'post.user_facing_tested': 'not_applicable',
  })
  expect(events).toContainEqual(expect.stringMatching(/^local: .*1\.2\.0/))
  expect(events).toContainEqual(
    expect.stringMatching(/^as before the drill: 1\.1\.0 answers; .* 2 migrations, catalog/),
  )

  expect(await world.look()).toEqual({ ...before, builds: [...before.builds, '1.2.0'] })
  expect(await markerBytes(world.directory)).toBe(marker)
  expect(await refsOf(world.repository)).toBe(refs)
  const row = await world.history.readDeployment(plan.deployment)
  expect(row).toMatchObject({ kind: 'drill', version: '1.2.0', status: 'SUCCESS', rollback: 'ROLLED_BACK' })
  expect(row?.wayBackMs).toBe(end.wayBackMs)
  expect(row?.logEntry).toContain('Rollback: ROLLED_BACK')
  expect(await world.history.readVersionOfRecord(place)).toMatchObject({ version: '1.1.0' })
  const commit = plan.release.commit
  expect(await world.history.readBlocked({ ...place, commit })).toBeNull()
  expect(await world.history.readLastSuccess({ ...place, commit })).toBeNull()
  expect(await world.history.readLastDrill({ ...place, commit })).toMatchObject({ deployment: plan.deployment })
})

test('a drill is refused where it is not allowed, where nothing was before, and of what is of record', async () => {
  const world = await openWorld({ releases: threeReleases, change: allowDrills })
  const tree = await world.tree()
  const first = await drillOf(world, '1.0.0')
  expect(first).toMatchObject({ outcome: 'REFUSED', startedAs: 'drill', wayBackMs: null })
  expect(first.sentence).toContain('there is no release on local to go back to; a drill needs one')
  expect(await world.tree()).toBe(tree)

  await world.live('1.0.0')
  const live = await world.tree()
  const record = await drillOf(world, '1.0.0')
  expect(record.outcome).toBe('REFUSED')
  expect(record.sentence).toContain('1.0.0 is the version of record on production')
  expect(record.sentence).toContain('Next: belay rollback production')
  const forbidden = await drillOf(world, '1.1.0', (settings) => Object.assign(settings, { drills: false }))
  expect(forbidden.outcome).toBe('REFUSED')
  expect(forbidden.sentence).toContain('drills are not allowed on production')
  expect(forbidden.sentence).toContain('drills: true')
  expect(await world.tree()).toBe(live)
  // Nothing of it is a drill that anybody could count on.
  const commit = world.commits.get('1.1.0') ?? ''
  expect(await world.history.readLastDrill({ ...place, commit })).toBeNull()
})

async function markerBytes(directory: string): Promise<string> {
  return await readFile(join(directory, '.deployment_marker'), 'utf8')
}

async function refsOf(repository: string): Promise<string> {
  return await git(repository, 'for-each-ref')
}

function itemStates(status: { items: readonly { item: string; state: string }[] }): Record<string, string> {
  return Object.fromEntries(status.items.map(({ item, state }) => [item, state]))
}
