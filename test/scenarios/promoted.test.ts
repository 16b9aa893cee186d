import { expect, test } from 'vitest'
import { moment } from '../../src/domain/gate/moment.ts'
import { endOf } from '../history/ends.ts'
import { threeReleases } from './releases.ts'
import type { FixtureSettings } from './settings.ts'
import { openWorld, phaseOf, type World } from './world.ts'

const hour = 3_600_000

test('only what the history of staging says of this very commit is promoted', async () => {
  const world = await openWorld({ releases: threeReleases })
  const before = await world.tree()
  const refused = async (demanded: object) => {
    const end = await (await world.deploy('1.0.0', promoting(demanded))).end()
    expect(end).toMatchObject({ outcome: 'REFUSED', reason: { items: [{ item: 'pre.staging_successful' }] } })
    expect(await world.tree()).toBe(before)
    return end
  }

  expect((await refused({})).sentence).toMatch(
    /1\.0\.0 \(\w{12}\) has no SUCCESS in staging; nothing has one there\nNext: belay deploy 1\.0\.0 --env staging, then /,
  )
  await stagingHad(world, '1.0.0', 'f'.repeat(40), 2)
  expect((await refused({})).sentence).toContain('1.0.0 there was another commit, ffffffffffff')
  await stagingHad(world, '1.0.0', world.commits.get('1.0.0') ?? '', 1)
  expect((await refused({ max_age: '30m' })).sentence).toMatch(/is 1 h.* old, at most 30 min counts/)
  const early = await refused({ soak: '2h' })
  const [{ allowedAt = '' } = {}] = early.reason?.kind === 'gate' ? early.reason.items : []
  expect(Math.abs(Date.parse(allowedAt) - Date.now() - hour)).toBeLessThan(60_000)
  expect(early.sentence).toContain(`allowed again at ${moment(allowedAt)}`)

  const plan = world.plan('1.0.0', promoting({ max_age: '2h', soak: '30m' }))
  const run = await world.belay.deploy(plan)
  const { items } = await phaseOf(run, ({ waitingFor }) => waitingFor !== null)
  expect(items.find(({ item }) => item === 'pre.staging_successful')).toMatchObject({
    state: 'passed',
    detail: expect.stringContaining('(deployment staging-1), live there for 1 h'),
    answers: [{ provider: 'promotion', ok: true, commit: world.commits.get('1.0.0') }],
  })
})

function promoting(demanded: object) {
  return ({ review }: FixtureSettings) =>
    Object.assign(review.checklist, { staging_successful: { promote_from: 'staging', ...demanded } })
}

/** Written by the functions that every run's record is written by. */
async function stagingHad({ plan, history }: World, version: string, commit: string, hoursAgo: number): Promise<void> {
  const deployment = `staging-${hoursAgo}`
  const made = { ...plan(version), deployment, environment: 'staging', release: { version, commit } }
  const at = new Date(Date.now() - hoursAgo * hour).toISOString()
  await history.openDeployment({ plan: made, kind: 'deployment', workflowId: 'w', runId: 'r', startedAt: at })
  await history.closeDeployment({ deployment, end: endOf(made, 'SUCCESS', at) })
}
