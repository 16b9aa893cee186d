import { expect, test } from 'vitest'
import { deployedByHand } from './deployed-by-hand.ts'
import { threeReleases } from './releases.ts'
import type { FixtureSettings } from './settings.ts'
import { openWorld, phaseOf } from './world.ts'

const failing = { command: ['node', '-e', 'process.exit(1)'], timeout: '10s' }

test('no difference answers all three items, whoever else could; a difference asks, and so does a first release', async () => {
  const lock = {
    'package-lock.json': JSON.stringify({ lockfileVersion: 3, packages: { 'node_modules/pg': { version: '8.1.0' } } }),
  }
  const [first, second, third] = threeReleases
  if (!first || !second || !third) throw new Error('expected three releases')
  const releases = [
    { ...first, files: { ...first.files, ...lock } },
    { version: '1.0.1', files: { 'notes.txt': 'code only' } },
    second,
  ]
  const world = await openWorld({ releases })
  expect(await refusedItems('1.0.0')).toEqual(['pre.migrations_tested', 'pre.dependencies_tested'])
  await deployedByHand(world, '1.0.0')

  const plan = world.plan('1.0.1', asked)
  const run = await world.belay.deploy(plan)
  const { items, changes } = await phaseOf(run, (status) => status.waitingFor !== null)
  expect(changes).toMatchObject({ hashes: { migrations: null, configuration: null, dependencies: null } })
  const answered = items.filter(({ answers }) => answers?.some(({ provider }) => provider === 'unchanged'))
  expect(answered.map(({ item, state, detail }) => [item, state, detail])).toEqual([
    ['pre.migrations_tested', 'passed', 'no new migrations since 1.0.0'],
    ['pre.configuration_reviewed', 'passed', 'configuration unchanged since 1.0.0'],
    ['pre.dependencies_tested', 'passed', 'no new dependencies since 1.0.0'],
  ])
  await run.tell({ name: 'abort', deployment: plan.deployment, by: 'ann', reason: 'seen enough' })
  expect((await run.end()).outcome).toBe('ABORTED')
  expect(await refusedItems('1.1.0')).toEqual(['pre.migrations_tested'])

  async function refusedItems(version: string): Promise<string[]> {
    const end = await (await world.deploy(version, asked)).end()
    return end.reason?.kind === 'gate' ? end.reason.items.map(({ item }) => item) : []
  }
}, 180_000)

function asked(settings: FixtureSettings): void {
  settings.review.within = '10m'
  const configuration = { sign_off: true }
  const asking = { migrations_tested: failing, dependencies_tested: failing, configuration_reviewed: configuration }
  Object.assign(settings.review.checklist, asking)
}
