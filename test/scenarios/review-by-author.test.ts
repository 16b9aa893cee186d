import { expect, test } from 'vitest'
import { threeReleases } from './releases.ts'
import { openWorld, phaseOf } from './world.ts'

test('neither who wrote the release nor who deploys it can vouch for its review; anybody else can', async () => {
  const world = await openWorld({ releases: threeReleases })
  await world.live('1.0.0')
  const plan = world.plan('1.1.0')
  const run = await world.belay.deploy(plan)
  const { deployment } = plan
  const waiting = await phaseOf(run, ({ waitingFor }) => waitingFor !== null)
  const sign = (by: string) => ({ name: 'signOff', deployment, item: 'pre.code_reviewed', by }) as const

  await expect(run.tell(sign('Fixture@example.com'))).rejects.toThrow(/wrote this release; .* other than/)
  await expect(run.tell(sign('ci@example.com'))).rejects.toThrow(/deploys this release; .*ci@example.com/)
  // A signal cannot be refused: it changes nothing, and that is said.
  await world.belay.temporal.workflow.getHandle('deploy:fixture:production').signal('signOff', sign('fixture'))
  const ignored = await phaseOf(run, ({ events }) => events.some(({ kind }) => kind === 'ignored'))
  expect(ignored.events.at(-1)?.text).toContain('fixture wrote this release')
  expect(ignored.items).toEqual(waiting.items)

  expect(await world.tell(run, sign('bob@example.com'))).toContain('signed by bob@example.com (claimed)')
  await phaseOf(run, ({ liveSince }) => liveSince !== null)
})
