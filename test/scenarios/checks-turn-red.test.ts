import { expect, test } from 'vitest'
import { checkRun, commitOnGitHub, fakeGitHub } from '../support/fake-github.ts'
import { threeReleases } from './releases.ts'
import { openWorld, phaseOf } from './world.ts'

test('a check that turns red while people are waited for refuses the release, asked right before the first change', async () => {
  const github = await fakeGitHub({})
  const world = await openWorld({ releases: threeReleases, environment: () => github.environment })
  await world.live('1.0.0')
  const before = await world.tree()
  const commit = world.commits.get('1.1.0') ?? ''
  const say = (conclusion: string | null) =>
    Object.assign(github.table, commitOnGitHub(commit, { runs: [checkRun('unit', conclusion, commit)] }))

  // It was green when the gate looked; nobody looks while it waits.
  say('success')
  const plan = world.plan('1.1.0', ({ review: { checklist } }) => {
    Object.assign(checklist, { tests_passing: { github_checks: github.place } })
  })
  const run = await world.belay.deploy(plan)
  await phaseOf(run, ({ waitingFor }) => waitingFor !== null)
  say('failure')
  await run.tell({ name: 'signOff', deployment: plan.deployment, item: 'pre.code_reviewed', by: 'ann@example.com' })
  const end = await run.end()
  expect(end).toMatchObject({ outcome: 'REFUSED', reason: { kind: 'gate', items: [{ item: 'pre.tests_passing' }] } })
  expect(end.sentence).toContain('it held before the wait, now: expected success, got unit: failure')

  // It still runs when the gate looks, and turns red while somebody has not signed: nobody needs to any more.
  say(null)
  const second = await world.deploy('1.1.0', ({ review: { checklist } }) => {
    Object.assign(checklist, { tests_passing: { github_checks: github.place } })
  })
  await phaseOf(second, ({ waitingFor }) => waitingFor !== null)
  say('failure')
  const refused = await second.end()
  expect(refused).toMatchObject({
    outcome: 'REFUSED',
    reason: { kind: 'gate', items: [{ item: 'pre.tests_passing' }] },
  })
  expect((await second.status()).waitingFor).toBeNull()
  expect(await world.tree()).toBe(before)
})

test.each([
  ['is green and turns red', 'success'],
  ['is not finished and turns red', null],
])('an ignored item neither waits nor refuses: its check %s while somebody has not signed', async (_, first) => {
  const github = await fakeGitHub({})
  const world = await openWorld({ releases: threeReleases, environment: () => github.environment })
  const commit = world.commits.get('1.1.0') ?? ''
  const say = (conclusion: string | null) =>
    Object.assign(github.table, commitOnGitHub(commit, { runs: [checkRun('unit', conclusion, commit)] }))
  say(first)
  const plan = world.plan('1.1.0', ({ review: { checklist }, ignored_safeties }) => {
    Object.assign(checklist, { tests_passing: { github_checks: github.place } })
    ignored_safeties.push({ rule: 'tests_passing', reason: 'a scenario' })
  })
  const run = await world.belay.deploy(plan)
  const waiting = await phaseOf(run, ({ waitingFor }) => waitingFor !== null)
  const state = first === null ? 'ignored' : 'passed'
  expect(waiting.items.find(({ item }) => item === 'pre.tests_passing')).toMatchObject({ state })
  say('failure')
  await run.tell({ name: 'signOff', deployment: plan.deployment, item: 'pre.code_reviewed', by: 'ann@example.com' })
  const live = await phaseOf(run, ({ liveSince }) => liveSince !== null)
  expect(live.items.find(({ item }) => item === 'pre.tests_passing')).toMatchObject({ state: 'ignored' })
  expect(live.events.map(({ text }) => text).join('\n')).toMatch(/IGNORED tests_passing by belay.yaml: a scenario/)
})
