import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ItemRecord } from '../../src/domain/checklist.ts'
import type { RunStatus } from '../../src/domain/status.ts'
import { deployedByHand } from './deployed-by-hand.ts'
import { threeReleases } from './releases.ts'
import type { FixtureSettings } from './settings.ts'
import { openWorld, phaseOf, type World } from './world.ts'

const by = 'ann@example.com'

test('what was signed is void when the release changes something else by then, and the gate waits again', async () => {
  const world = await openWorld({ releases: threeReleases })
  await deployedByHand(world, '1.0.0')
  const { run, deployment, waiting } = await waitingAtGate(world)
  expect(waiting.changes).toMatchObject({ base: { version: '1.0.0' }, totals: { migrations: 2, configuration: 1 } })
  await run.tell({ name: 'signOff', deployment, item: 'pre.configuration_reviewed', by })

  await deployedByHand(world, '1.1.0')
  await run.tell({ name: 'signOff', deployment, item: 'pre.code_reviewed', by })
  const again = await phaseOf(run, (status) => status.waitingFor !== null && openItems(status).length === 2)
  expect(openItems(again)).toEqual(['pre.code_reviewed', 'pre.configuration_reviewed'])
  expect(again.changes).toMatchObject({ base: { version: '1.1.0' }, totals: { migrations: 1, configuration: 1 } })
  expect(again.events.map(({ text }) => text)).toContain(
    'void: pre.code_reviewed, pre.configuration_reviewed; the release now changes something else',
  )
  const item = again.items.find((one) => one.item === 'pre.code_reviewed')
  expect(item).toMatchObject({ by: null, detail: 'void: the release now changes something else' })

  for (const item of openItems(again)) await run.tell({ name: 'signOff', deployment, item, by })
  await phaseOf(run, (status) => status.phase !== 'gate')
  await run.tell({ name: 'abort', deployment, by, reason: 'seen enough' })
  await run.end()
  const details = await world.history.readDeploymentDetails(deployment)
  expect(details?.row.changes).toEqual(again.changes)
}, 180_000)

test('an item that is asked again for the new difference takes no signature meanwhile, so that none is lost', async () => {
  const world = await openWorld({ releases: threeReleases })
  // What a command found stands for its commit: so it is asked for the first time once there is a difference.
  await deployedByHand(world, '1.2.0')
  const hold = join(world.root, 'hold-the-evidence')
  await writeFile(hold, '')
  const says = `const wait = () => require('node:fs').existsSync(process.argv[1]) ? setTimeout(wait, 50) : process.exit(1); wait()`
  const { run, deployment, waiting } = await waitingAtGate(world, (settings) => {
    const command = { command: ['node', '-e', says, hold] }
    Object.assign(settings.review.checklist, { configuration_reviewed: { any: [command, { sign_off: true }] } })
  })
  expect(openItems(waiting)).toEqual(['pre.code_reviewed'])
  await deployedByHand(world, '1.1.0')
  const sign = (item: string) => run.tell({ name: 'signOff', deployment, item, by })
  await sign('pre.code_reviewed')
  const isAsked = ({ item, state }: ItemRecord) => item === 'pre.configuration_reviewed' && state === 'running'
  await phaseOf(run, (status) => status.items.some(isAsked))
  await expect(sign('pre.configuration_reviewed')).rejects.toThrow('it is asked again')

  await rm(hold)
  await phaseOf(run, (status) => status.waitingFor !== null && openItems(status).length === 2)
  for (const item of ['pre.code_reviewed', 'pre.configuration_reviewed']) await sign(item)
  await phaseOf(run, (status) => status.phase !== 'gate')
}, 180_000)

test('another difference right before the first change is refused, and nothing live has changed', async () => {
  const world = await openWorld({ releases: threeReleases })
  await deployedByHand(world, '1.0.0')
  await world.say('hold-build', '1.2.0')
  const { run, deployment } = await waitingAtGate(world)
  for (const item of ['pre.code_reviewed', 'pre.configuration_reviewed'])
    await run.tell({ name: 'signOff', deployment, item, by })
  await phaseOf(run, (status) => status.phase === 'restore points')
  await deployedByHand(world, '1.1.0')
  await world.unsay('hold-build', '1.2.0')
  const end = await run.end()
  expect(end).toMatchObject({ outcome: 'REFUSED', reason: { kind: 'gate', items: [{ item: 'changes' }] } })
  expect(end.sentence).toContain('the version of record is now 1.1.0')
  expect(await world.look()).toMatchObject({ serving: null, marker: null, current: null, migrations: [] })
}, 180_000)

async function waitingAtGate(world: World, change: (settings: FixtureSettings) => void = () => {}) {
  const plan = world.plan('1.2.0', (settings) => {
    reviewed(settings)
    change(settings)
  })
  const run = await world.belay.deploy(plan)
  const waiting = await phaseOf(run, (status) => status.waitingFor !== null)
  return { run, deployment: plan.deployment, waiting }
}

function reviewed(settings: FixtureSettings): void {
  settings.review.within = '10m'
  Object.assign(settings.review.checklist, { configuration_reviewed: { sign_off: true } })
}

function openItems({ items }: RunStatus): string[] {
  return items.flatMap(({ item, state }) => (state === 'open' && item.startsWith('pre.') ? [item] : []))
}
