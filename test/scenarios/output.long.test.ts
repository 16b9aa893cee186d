import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { processesOf } from './processes.ts'
import { threeReleases } from './releases.ts'
import type { FixtureSettings } from './settings.ts'
import { openWorld, phaseOf, type World } from './world.ts'

const megabyte = 1_000_000

test('a build that prints 30 MB and fails: its end is told, what is kept is bounded, payloads stay small', async () => {
  const world = await ready()
  const program = `
    const line = 'x'.repeat(999) + '\\n'
    for (let megabytes = 0; megabytes < 30; megabytes++) require('node:fs').writeSync(1, line.repeat(1000))
    console.error('\\u0007\\u001b[31mout of cheese\\u0000')
    process.exitCode = 3`
  const end = await deployed(world, (settings) => {
    settings.release.build = [['node', '-e', program]]
  })
  expect(end).toMatchObject({ outcome: 'REFUSED', reason: { kind: 'step_failed', step: 'build' } })
  expect(end.sentence).toContain('out of cheese')
  expect(controlCharacters(end.sentence)).toEqual([])
  await expectUntouched(world)
}, 120_000)

test('a build that prints without end is ended at its limit, and nothing of it is left', async () => {
  const world = await ready()
  const end = await deployed(world, (settings) => {
    settings.release.build = [['sh', '-c', 'yes "no end of it"']]
    Object.assign(settings.release, { build_timeout: '2s' })
  })
  expect(end).toMatchObject({ outcome: 'REFUSED', reason: { kind: 'step_failed', step: 'build' } })
  expect(await processesOf(`${world.directory}/releases/1.2.0`)).toEqual([])
  await expectUntouched(world)
}, 120_000)

test('binary output of a gate command is harmless', async () => {
  const world = await ready()
  const program = `
    const { randomBytes } = require('node:crypto')
    for (let megabytes = 0; megabytes < 12; megabytes++) require('node:fs').writeSync(2, randomBytes(${megabyte}))
    process.exitCode = 1`
  const end = await deployed(world, (settings) => {
    settings.review.checklist.tests_passing.command = ['node', '-e', program]
  })
  expect(end).toMatchObject({ outcome: 'REFUSED', reason: { kind: 'gate', items: [{ item: 'pre.tests_passing' }] } })
  expect(controlCharacters(end.sentence)).toEqual([])
  await expectUntouched(world)
}, 120_000)

async function ready(): Promise<World> {
  const world = await openWorld({ releases: threeReleases })
  await world.live('1.1.0')
  return world
}

async function deployed(world: World, change: (settings: FixtureSettings) => void) {
  const plan = world.plan('1.2.0', change)
  const run = await world.belay.deploy(plan)
  await phaseOf(run, (status) => status.waitingFor !== null || status.outcome !== null)
  await run
    .tell({ name: 'signOff', deployment: plan.deployment, item: 'pre.code_reviewed', by: 'ann' })
    .catch(() => undefined)
  return await run.end()
}

async function expectUntouched(world: World): Promise<void> {
  expect(await world.look()).toMatchObject({ serving: '1.1.0', current: '1.1.0', config: { limit: 10 } })
  for (const place of [`${world.directory}/.belay`, `${world.root}/worker`]) {
    const names = await readdir(place, { recursive: true, withFileTypes: true })
    const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
    for (const file of files) expect((await stat(file)).size, file).toBeLessThan(5 * megabyte)
  }
  const { events } = await world.belay.temporal.workflow.getHandle('deploy:fixture:production').fetchHistory()
  for (const event of events ?? []) expect(JSON.stringify(event).length).toBeLessThan(64_000)
}

function controlCharacters(text: string): string[] {
  return [...text].filter((character) => character !== '\n' && /\p{Cc}/u.test(character))
}
