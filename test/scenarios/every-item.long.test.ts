import { mkdir, rm, writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import type { Run } from '../../src/client/client.ts'
import { duringItems, postItems, preItems, runbookManualItems } from '../../src/domain/checklist.ts'
import { eventually } from '../support/eventually.ts'
import { threeReleases } from './releases.ts'
import { type FixtureRelease, migration } from './repository.ts'
import type { FixtureSettings } from './settings.ts'
import { openWorld, phaseOf, type World } from './world.ts'

/** Every item of the runbook: ticked in a run that goes well, failed in one that does not. */
describe('every item', () => {
  test('is ticked, from evidence or by a person, when a release goes out', async () => {
    const world = await openWorld({ releases: threeReleases, change: everyItem })
    const plan = world.plan('1.1.0')
    const run = await world.belay.deploy(plan)
    await world.signAll(run, plan.deployment)
    expect((await run.end()).outcome).toBe('SUCCESS')
    const items = (await world.history.readDeploymentDetails(plan.deployment))?.items ?? []
    const passed = items.filter((item) => item.state === 'passed').map((item) => item.item)
    expect(passed.toSorted()).toEqual(everyAddress().toSorted())
  })

  test('before the deployment fails where its evidence does, and refuses the release', async () => {
    const world = await openWorld({ releases: threeReleases })
    await world.live('1.0.0')
    for (const item of preItems.filter((id) => id !== 'rollback_plan' && id !== 'marker_prepared')) {
      expect([item, await refusedFor(world, item)]).toEqual([item, [`pre.${item}`]])
    }
    await removeRelease(world, '1.0.0')
    expect(await refusedFor(world, 'rollback_plan')).toEqual(['pre.rollback_plan'])
    await blockMarker(world)
    expect(await refusedFor(world, 'marker_prepared')).toContain('pre.marker_prepared')
  })

  test('of the deployment itself fails where its evidence does, and the release comes back', async () => {
    const world = await openWorld({ releases: withBrokenMigration })
    await world.live('1.1.0')
    for (const [item, change] of Object.entries(broken(world))) {
      expect([item, await stateAfter(world, `during.${item}`, change)]).toEqual([item, 'failed'])
    }
    await world.say('ill', '1.2.0')
    expect(await stateAfter(world, 'during.health_checks_passing', () => undefined)).toBe('failed')
  })

  test('during.deployment_started fails when the host is taken between the gate and the claim', async () => {
    const world = await openWorld({ releases: threeReleases })
    await world.live('1.1.0')
    const before = await world.tree()
    const held = `${world.control}/hold-gate`
    await writeFile(held, '')
    const plan = world.plan('1.2.0', (settings) => {
      settings.review.checklist.tests_passing.command = ['node', '-e', endsWithout(held)]
      Object.assign(settings.review.checklist, { code_reviewed: { command: ['node', '-e', '0'] } })
    })
    const run = await world.belay.deploy(plan)
    await eventually('the gate to have looked at the host', () => hasLookedAtHost(world, run))
    await writeFile(`${world.directory}/.belay/lock.json`, JSON.stringify(somebodysLock))
    await rm(held)
    expect((await run.end()).outcome).toBe('REFUSED')
    expect(await world.tree()).toBe(before)
    const items = (await world.history.readDeploymentDetails(plan.deployment))?.items ?? []
    expect(items.find((item) => item.item === 'during.deployment_started')).toMatchObject({ state: 'failed' })
  })

  test('of people fails when one of them refuses it, and the release comes back', async () => {
    const world = await openWorld({ releases: threeReleases, change: everyItem })
    await world.live('1.1.0')
    for (const address of everyAddress().filter((one) => /^(post|manual)\./.test(one))) {
      expect([address, await refusedByAnn(world, address)]).toEqual([address, 'failed'])
    }
  })
})

/** 1.2.0 has a second directory of migrations, whose only one cannot work. */
const withBrokenMigration: readonly FixtureRelease[] = threeReleases.map((release) =>
  release.version === '1.2.0' ? { ...release, files: { ...release.files, ...brokenMigration() } } : release,
)

function brokenMigration(): Record<string, string> {
  const files = migration('003_broken', 'alter table nobody add column phone text', 'select 1')
  return Object.fromEntries(Object.entries(files).map(([path, sql]) => [`broken-${path}`, sql]))
}

function everyAddress(): string[] {
  return [
    ...preItems.map((id) => `pre.${id}`),
    ...duringItems.map((id) => `during.${id}`),
    ...postItems.map((id) => `post.${id}`),
    ...runbookManualItems.map((id) => `manual.${id}`),
  ]
}

/** Every item answered, none not applicable. */
function everyItem(settings: FixtureSettings): void {
  const signed = (ids: readonly string[]) => Object.fromEntries(ids.map((id) => [id, { sign_off: true }]))
  const own = preItems.filter((id) => id !== 'rollback_plan' && id !== 'marker_prepared')
  Object.assign(settings.review, { checklist: signed(own) })
  Object.assign(settings.after, { items: signed(postItems), manual: signed(runbookManualItems) })
}

async function refusedFor(world: World, item: string): Promise<string[]> {
  const end = await (await world.deploy('1.1.0', failing(item))).end()
  return end.reason?.kind === 'gate' ? end.reason.items.map((one) => one.item) : [end.sentence]
}

function failing(item: string): (settings: FixtureSettings) => void {
  return (settings) => {
    const command = { command: ['node', '-e', 'process.exit(1)'], timeout: '10s' }
    Object.assign(settings.review.checklist, { [item]: command })
    if (item === 'rollback_plan' || item === 'marker_prepared') Reflect.deleteProperty(settings.review.checklist, item)
  }
}

function broken(world: World): Record<string, (settings: FixtureSettings) => void> {
  const marker = `${world.directory}/.deployment_marker`
  const overwrite = `require('fs').writeFileSync(${JSON.stringify(marker)}, '{}'); import('./server.mjs')`
  return {
    application_started: (settings) => {
      settings.release.processes.web.start = ['node', 'missing.mjs']
    },
    workers_started: (settings) => {
      settings.release.processes.worker.start = ['node', 'missing.mjs']
    },
    marker_created: (settings) => {
      settings.release.processes.web.start = ['node', '-e', overwrite]
      Reflect.deleteProperty(settings.checks, 'marker')
      settings.after.items.deployment_marker_verified.check = 'health'
    },
    configuration_loaded: (settings) => {
      for (const file of settings.configuration) file.loaded.json = '$.version'
    },
    migrations_applied: (settings) => {
      settings.database.migrations.directory = 'broken-migrations'
    },
  }
}

async function stateAfter(world: World, address: string, change: (settings: FixtureSettings) => void): Promise<string> {
  const plan = world.plan('1.2.0', (settings) => {
    change(settings)
    settings.checks.health.deadline = '1500ms'
  })
  const run = await world.belay.deploy(plan)
  await phaseOf(run, (status) => status.waitingFor !== null)
  await run.tell({ name: 'signOff', deployment: plan.deployment, item: 'pre.code_reviewed', by: 'ann' })
  await run.end()
  await clear(world)
  const items = (await world.history.readDeploymentDetails(plan.deployment))?.items ?? []
  return items.find((item) => item.item === address)?.state ?? 'not on the record'
}

async function refusedByAnn(world: World, address: string): Promise<string> {
  const plan = world.plan('1.2.0', (settings) => {
    settings.monitoring.window = '60s'
  })
  const run = await world.belay.deploy(plan)
  await phaseOf(run, (status) => status.waitingFor !== null)
  for (const item of preItems.filter((id) => plan.gate.items[id].by === 'sign_off')) {
    await run.tell({ name: 'signOff', deployment: plan.deployment, item: `pre.${item}`, by: 'ann' })
  }
  await phaseOf(run, (status) => status.phase === 'watch')
  await run.tell({
    name: 'reject',
    deployment: plan.deployment,
    item: address,
    by: 'ann',
    reason: 'not as it should be',
  })
  expect((await run.end()).outcome).toBe('ROLLED_BACK')
  await clear(world)
  const items = (await world.history.readDeploymentDetails(plan.deployment))?.items ?? []
  return items.find((item) => item.item === address)?.state ?? 'not on the record'
}

async function clear(world: World): Promise<void> {
  const place = { service: 'fixture', environment: 'production' }
  await world.history.clearRelease({
    ...place,
    version: '1.2.0',
    by: 'ann',
    at: new Date().toISOString(),
    reason: 'again',
  })
}

const somebodysLock = { reason: 'taken', by: 'bob@example.com', since: '2026-01-01T00:00:00.000Z', until: null }

/** A gate command that ends once the file is gone. */
function endsWithout(file: string): string {
  const gone = `!require('fs').existsSync(${JSON.stringify(file)})`
  return `const timer = setInterval(() => ${gone} && clearInterval(timer), 20)`
}

async function hasLookedAtHost(world: World, run: Run): Promise<boolean> {
  const { events } = await world.belay.temporal.workflow.getHandle(run.workflowId, run.runId).fetchHistory()
  const looked = events?.find(
    (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'inspectHost',
  )
  return (events ?? []).some((event) => {
    const answered = event.activityTaskCompletedEventAttributes?.scheduledEventId
    return looked !== undefined && String(answered) === String(looked.eventId)
  })
}

async function removeRelease(world: World, version: string): Promise<void> {
  await rm(`${world.directory}/releases/${version}`, { recursive: true })
}

async function blockMarker(world: World): Promise<void> {
  await rm(`${world.directory}/.deployment_marker`)
  await mkdir(`${world.directory}/.deployment_marker`)
}
