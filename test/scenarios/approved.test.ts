import { expect, test } from 'vitest'
import type { Run } from '../../src/client/client.ts'
import { Refused } from '../../src/client/errors.ts'
import { threeReleases } from './releases.ts'
import type { FixtureSettings } from './settings.ts'
import { openWorld, phaseOf } from './world.ts'

const [ann, bob, ci] = ['ann@example.com', 'bob@example.com', 'ci@example.com']

test('two different reviewers must approve, neither of them the performer; too few until the deadline is a refusal', async () => {
  const world = await openWorld({ releases: threeReleases, change: twoOf(ann, bob, ci) })
  const before = await world.tree()
  const plan = world.plan('1.0.0')
  const { deployment } = plan
  const run = await world.belay.deploy(plan)
  const waiting = await phaseOf(run, (status) => status.waitingFor !== null)
  expect(waiting.waitingFor?.text).toBe('sign pre.code_reviewed, approval (0 of 2)')

  const approve = (by: string, more = {}) => saidTo(run, { deployment, item: 'approval', by, ...more })
  expect(await approve(ci)).toContain('approval: expected somebody other than ci@example.com')
  expect(await approve('eve@example.com')).toContain('expected one of the reviewers')
  expect(await approve(ann, { plan: 'f'.repeat(64) })).toContain('the sign-off is for plan')
  expect(await approve(ann, { note: 'read it', link: 'https://review/1' })).toBe(
    'approval by ann@example.com (claimed): 1 of 2: ann@example.com (claimed)',
  )
  expect(await approve('Ann <ann@example.com>')).toContain('has approved already')
  // A signal cannot be refused: it changes nothing and says so.
  const handle = world.belay.temporal.workflow.getHandle(run.workflowId, run.runId)
  await handle.signal('signOff', { deployment, item: 'approval', by: ci })
  const ignored = await phaseOf(run, (status) => status.events.some(({ kind }) => kind === 'ignored'))
  expect(ignored.items.find(({ item }) => item === 'approval')).toMatchObject({
    state: 'open',
    detail: '1 of 2: ann@example.com (claimed)',
  })
  expect(await world.tree()).toBe(before)

  await run.tell({ name: 'signOff', deployment, item: 'pre.code_reviewed', by: ann })
  expect(await phaseOf(run, (status) => status.items.some(({ state }) => state === 'passed'))).toMatchObject({
    phase: 'gate',
  })
  expect(await approve(bob)).toContain('2 of 2')
  await world.signAll(run, deployment)
  expect((await run.end()).outcome).toBe('SUCCESS')
  const kept = (await world.history.readDeploymentDetails(deployment))?.items.find(({ item }) => item === 'approval')
  expect(kept).toMatchObject({
    state: 'passed',
    detail: '2 of 2: ann@example.com (claimed), bob@example.com (claimed)',
  })
  expect(kept?.answers).toMatchObject([
    { provider: 'approval', by: ann, claimed: true, detail: 'read it', link: 'https://review/1' },
    { provider: 'approval', by: bob, detail: 'approved', link: null },
  ])

  const late = world.plan('1.1.0', (settings) => {
    settings.review.within = '4s'
  })
  const short = await world.belay.deploy(late)
  await phaseOf(short, (status) => status.waitingFor !== null)
  for (const item of ['pre.code_reviewed', 'approval'])
    await short.tell({ name: 'signOff', deployment: late.deployment, item, by: ann })
  const end = await short.end()
  expect(end).toMatchObject({ outcome: 'REFUSED', reason: { kind: 'gate_expired', items: ['approval'] } })
  expect(end.sentence).toContain('not signed within 4 s: approval; 1 of 2 approvals: ann@example.com (claimed)')
  expect(await world.look()).toMatchObject({ serving: '1.0.0', current: '1.0.0' })
})

test('one who refuses the deployment ends it', async () => {
  const world = await openWorld({ releases: threeReleases, change: twoOf(ann, bob) })
  const plan = world.plan('1.0.0')
  const run = await world.belay.deploy(plan)
  await phaseOf(run, (status) => status.waitingFor !== null)
  const reject = {
    name: 'reject',
    deployment: plan.deployment,
    item: 'approval',
    by: bob,
    reason: 'not today',
  } as const
  await run.tell(reject)
  expect(await run.end()).toMatchObject({ outcome: 'REFUSED', reason: { kind: 'rejected', item: 'approval', by: bob } })
})

function twoOf(...reviewers: string[]) {
  return ({ review }: FixtureSettings) => void Object.assign(review, { required_approvals: 2, reviewers })
}

async function saidTo(run: Run, input: { deployment: string; item: string; by: string }): Promise<string> {
  try {
    return (await run.tell({ name: 'signOff', ...input })).recorded
  } catch (error) {
    if (error instanceof Refused) return error.message
    throw error
  }
}
