import { expect, test } from 'vitest'
import { toldByHistory } from '../../src/cli/dossier/told.ts'
import { planDigest } from '../../src/config/digest.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { renderRecord } from '../../src/domain/record/record.ts'
import { threeReleases } from './releases.ts'
import { openWorld, phaseOf } from './world.ts'

const [ann, ci] = ['ann@example.com', 'ci@example.com']

test('what fails is ignored once a second person confirms it, is marked for ever, and nothing else is ignored', async () => {
  const world = await openWorld({
    releases: threeReleases,
    change: ({ review }) => {
      Object.assign(review, { override: 'second_person', required_approvals: 1 })
      review.checklist.tests_passing.command = ['node', '-e', 'console.error("2 failed"); process.exit(1)']
    },
  })
  const before = await world.tree()
  const forged = await world.belay.deploy(ignoring(world.plan('1.0.0'), 'tests', 'lock', 'rollback_plan'))
  expect(await forged.end()).toMatchObject({
    outcome: 'REFUSED',
    reason: { kind: 'gate', items: [{ item: 'pre.tests_passing' }] },
  })

  const rules = ['tests_passing', 'code_reviewed', 'staging_successful', 'approvals']
  const alone = ignoring(
    world.plan('1.0.0', ({ review }) => void Object.assign(review, { within: '2s' })),
    ...rules,
  )
  const unconfirmed = await (await world.belay.deploy(alone)).end()
  expect(unconfirmed).toMatchObject({ outcome: 'REFUSED', reason: { kind: 'gate_expired', items: ['override'] } })
  expect(await world.tree()).toBe(before)

  const plan = ignoring(world.plan('1.0.0'), ...rules)
  const { deployment } = plan
  const run = await world.belay.deploy(plan)
  const waiting = await phaseOf(run, (status) => status.waitingFor !== null)
  expect(waiting.waitingFor?.text).toMatch(/^sign override \(.*tests_passing \("outage"\)/)
  const confirm = (by: string) => run.tell({ name: 'signOff', deployment, item: 'override', by })
  await expect(confirm(ci)).rejects.toThrow('override: expected somebody other than ci@example.com')
  expect((await confirm(ann)).recorded).toContain('override confirmed by ann@example.com (claimed): ')
  await world.signAll(run, deployment)
  expect((await run.end()).outcome).toBe('SUCCESS')

  const details = await world.history.readDeploymentDetails(deployment)
  if (!details) throw new Error('expected a record')
  expect(details.row.ignoredSafeties.map(({ rule }) => rule)).toEqual(expect.arrayContaining(rules))
  const states = Object.fromEntries(details.items.map(({ item, state, by, note }) => [item, [state, by, note]]))
  expect(states).toMatchObject({
    'pre.tests_passing': ['ignored', ci, 'outage'],
    'pre.code_reviewed': ['ignored', ci, 'outage'],
    approval: ['ignored', ci, 'outage'],
    override: ['passed', ann, null],
  })
  // It applies to nothing here: what is not applicable stays so.
  expect(states['pre.staging_successful']).toBeUndefined()
  const told = details.events.map(({ text }) => text).join('\n')
  expect(told).toMatch(
    /IGNORED tests_passing by ci@example\.com \(claimed\): outage \(it would have refused: .*2 failed/,
  )
  const record = renderRecord(toldByHistory(details))
  expect(record).toContain('IGNORED SAFETY tests_passing by ci@example.com (claimed): outage')
  expect(record).toMatch(/- \[x\] Ignored rules confirmed by a second person: signed by ann@example\.com \(claimed\)/)
  expect(record).toMatch(/Without tests passing: IGNORED by ci@example\.com \(claimed\)/)
  expect((await world.look()).marker).toMatchObject({ version: '1.0.0', deployed_by: ci })
})

test('an ignored item whose evidence passes has passed; what the configuration ignores needs no second person', async () => {
  const world = await openWorld({
    releases: threeReleases,
    change: (settings) => {
      Object.assign(settings.review, { override: 'second_person' })
      for (const rule of ['tests_passing', 'code_reviewed'])
        settings.ignored_safeties.push({ rule, reason: 'a scenario' })
    },
  })
  const plan = world.plan('1.0.0')
  const run = await world.belay.deploy(plan)
  const live = await phaseOf(run, (status) => status.liveSince !== null)
  const state = (item: string) => live.items.find((one) => one.item === item)
  expect(state('pre.tests_passing')).toMatchObject({ state: 'passed', by: null })
  expect(state('pre.code_reviewed')).toMatchObject({ state: 'ignored', by: 'belay.yaml', claimed: false })
  expect(state('override')).toBeUndefined()
})

function ignoring(plan: Plan, ...rules: string[]): Plan {
  const added = rules.map((rule) => ({ rule, reason: 'outage', by: plan.performer }))
  const changed = { ...plan, ignoredSafeties: [...plan.ignoredSafeties, ...added] }
  return { ...changed, digest: planDigest(changed) }
}
