import { expect, test } from 'vitest'
import { deploymentRun } from '../../src/client/deployment-run.ts'
import type { Run } from '../../src/client/run.ts'
import type { ReleaseChanges } from '../../src/domain/gate/changes.ts'
import type { Message } from '../../src/domain/message.ts'
import { item, statusWith } from '../cli/view/statuses.ts'

const changes: ReleaseChanges = {
  base: { version: '1.4.0', commit: 'a'.repeat(40) },
  basis: 'compared',
  commits: { total: 0, takenBack: 0, newest: [], authors: [], people: 0 },
  migrations: [],
  configuration: [],
  dependencies: [],
  totals: { migrations: 0, configuration: 1, dependencies: 0 },
  hashes: { migrations: null, configuration: 'c'.repeat(64), dependencies: null },
  digest: 'd'.repeat(64),
}
const items = [item('pre.configuration_reviewed'), item('approval'), item('manual.payment_processing')]

test.each([
  ['configuration_reviewed', 'c'.repeat(64), 'the difference it is about'],
  ['approval', 'd'.repeat(64), 'all that the release changes'],
  ['payment_processing', undefined, 'nothing, once the release is live'],
])('a signature under %s with the library is for %s: %s', async (name, bound, _what) => {
  const { run, told } = openRun(statusWith({ items, changes }))
  await run.sign(name, { by: 'ann' })
  expect(told).toMatchObject([{ name: 'signOff', plan: 'digest', by: 'ann' }])
  expect(told.map((message) => ('changes' in message ? message.changes : undefined))).toEqual([bound])
})

test('whoever looked earlier signs what they saw; plans without a gate have nothing to bind to', async () => {
  const earlier = openRun(statusWith({ items, changes }))
  await earlier.run.sign('approval', { by: 'ann', changes: 'e'.repeat(12) })
  expect(earlier.told).toMatchObject([{ changes: 'e'.repeat(12) }])
  const old = openRun(statusWith({ items }))
  await old.run.sign('configuration_reviewed', { by: 'ann' })
  expect(old.told).not.toMatchObject([{ changes: expect.anything() }])
})

function openRun(status: ReturnType<typeof statusWith>) {
  const told: Message[] = []
  const nothing = () => Promise.reject(new Error('not asked for here'))
  const run: Run = {
    deployment: status.deployment,
    workflowId: 'w',
    runId: 'r',
    namespace: 'default',
    status: () => Promise.resolve(status),
    tell: (message) => {
      told.push(message)
      return Promise.resolve({ recorded: 'signed' })
    },
    end: nothing,
    open: nothing,
  }
  return { run: deploymentRun(run, false), told }
}
