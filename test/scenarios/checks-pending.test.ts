import { expect, test } from 'vitest'
import { bob, checkRun, commitOnGitHub, fakeGitHub, headOf, review } from '../support/fake-github.ts'
import { threeReleases } from './releases.ts'
import { openWorld, phaseOf } from './world.ts'

test('checks that still run keep their item running; when they turn green the release goes out, and all of it is kept', async () => {
  const github = await fakeGitHub({})
  const world = await openWorld({ releases: threeReleases, environment: () => github.environment })
  await world.live('1.0.0')
  const commit = world.commits.get('1.1.0') ?? ''
  const reviews = [review(bob, 'APPROVED', headOf(commit))]
  Object.assign(github.table, commitOnGitHub(commit, { reviews, runs: [checkRun('unit', null, commit)] }))

  const plan = world.plan('1.1.0', ({ review: { checklist } }) => {
    Object.assign(checklist, {
      code_reviewed: { github_approvals: github.place },
      tests_passing: { all: [{ github_checks: { ...github.place, required: ['unit'] } }, { sign_off: true }] },
    })
  })
  const run = await world.belay.deploy(plan)
  const waits = await phaseOf(run, ({ items }) =>
    items.some(({ item, state }) => item === 'pre.tests_passing' && state === 'running'),
  )
  expect(waits.waitingFor).toBeNull()
  expect(waits.items.find(({ item }) => item === 'pre.tests_passing')?.detail).toContain('unit: in_progress')
  const { deployment } = plan
  const early = { name: 'signOff', deployment, item: 'pre.tests_passing', by: 'eve@example.com' } as const
  await expect(run.tell(early)).rejects.toThrow('running')

  Object.assign(github.table, commitOnGitHub(commit, { reviews, runs: [checkRun('unit', 'success', commit)] }))
  await phaseOf(run, ({ waitingFor }) => waitingFor !== null)
  await world.signAll(run, deployment)
  expect((await run.end()).outcome).toBe('SUCCESS')

  const items = (await world.history.readDeploymentDetails(deployment))?.items ?? []
  expect(items.find(({ item }) => item === 'pre.code_reviewed')?.answers).toMatchObject([
    {
      provider: 'github_approvals',
      ok: true,
      by: 'bob',
      claimed: false,
      commit,
      link: expect.stringContaining('/pull/7'),
    },
  ])
  expect(items.find(({ item }) => item === 'pre.tests_passing')?.answers).toMatchObject([
    { provider: 'github_checks', ok: true, commit, link: expect.stringContaining(commit) },
    { provider: 'sign_off', ok: true, by: 'operator@example.com', claimed: true, commit },
  ])
})
