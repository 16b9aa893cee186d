import { expect, test } from 'vitest'
import { openReceiver } from '../notify/receiver.ts'
import { bob, checkRun, commitOnGitHub, fakeGitHub, headOf, review } from '../support/fake-github.ts'
import { notifying } from './notifying.ts'
import { threeReleases } from './releases.ts'
import { openWorld, phaseOf } from './world.ts'

test('checks that still run keep their item running; when they turn green the release goes out, and all of it is kept', async () => {
  const github = await fakeGitHub({})
  const world = await openWorld({ releases: threeReleases, environment: () => github.environment })
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

test('who has to sign is told while other evidence is still being made, and one deadline ends both waits', async () => {
  const github = await fakeGitHub({})
  const receiver = await openReceiver()
  const world = await openWorld({ releases: threeReleases, environment: () => github.environment })
  const commit = world.commits.get('1.1.0') ?? ''
  const say = (unit: string | null) =>
    Object.assign(
      github.table,
      commitOnGitHub(commit, { runs: [checkRun('unit', unit, commit), checkRun('slow', null, commit)] }),
    )
  say(null)
  const run = await world.deploy('1.1.0', (settings) => {
    notifying({ url: receiver.url })(settings)
    settings.review.within = '20s'
    settings.ignored_safeties.push({ rule: 'code_reviewed', reason: 'a scenario' })
    const checks = (name: string) => ({ github_checks: { ...github.place, required: [name] } })
    Object.assign(settings.review.checklist, {
      migrations_tested: { all: [checks('unit'), { sign_off: true }] },
      tests_passing: checks('slow'),
    })
  })
  const before = await phaseOf(run, ({ items }) => items.filter(({ state }) => state === 'running').length === 2)
  expect(before.waitingFor).toBeNull()
  say('success')
  const told = await phaseOf(run, ({ waitingFor }) => waitingFor !== null)
  expect(told.waitingFor).toMatchObject({ question: 'sign-off', text: 'sign pre.migrations_tested' })
  const began = told.events.find(({ text }) => text.startsWith('waits for what is not finished'))
  expect(Date.parse(told.waitingFor?.until ?? '') - Date.parse(began?.at ?? '')).toBe(20_000)
  expect(told.items.find(({ item }) => item === 'pre.tests_passing')?.state).toBe('running')
  expect(JSON.parse((await receiver.taken(/sign-off/)).text).sentence).toContain('pre.migrations_tested')

  const end = await run.end()
  expect(end).toMatchObject({ outcome: 'REFUSED', reason: { kind: 'gate_expired', items: ['pre.migrations_tested'] } })
  expect(end.sentence).toMatch(/not signed within 20 s: pre.migrations_tested; nor answered: pre.tests_passing: .*slow/)
})
