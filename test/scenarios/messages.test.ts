import { expect, test } from 'vitest'
import { threeReleases } from './releases.ts'
import { openWorld, phaseOf } from './world.ts'

test('signatures can be given as signals: recorded with the way they came', async () => {
  const world = await openWorld({ releases: threeReleases })
  const plan = world.plan('1.1.0')
  const run = await world.belay.deploy(plan)
  const handle = world.belay.temporal.workflow.getHandle(run.workflowId)
  const sign = (item: string) =>
    handle.signal('signOff', { deployment: plan.deployment, item, by: 'ann@example.com', note: 'seen' })
  await phaseOf(run, (status) => status.waitingFor !== null)
  await sign('pre.code_reviewed')
  await phaseOf(run, (status) => status.liveSince !== null)
  for (const item of ['post.user_facing_tested', 'manual.payment_processing']) await sign(item)
  expect(await run.end()).toMatchObject({ outcome: 'SUCCESS' })
  expect((await world.look()).serving).toBe('1.1.0')
  const details = await world.history.readDeploymentDetails(plan.deployment)
  const signed = details?.items
    .filter((item) => item.by === 'ann@example.com')
    .map(({ item, via, note }) => [item, via, note])
  expect(signed?.toSorted()).toEqual([
    ['manual.payment_processing', 'signal', 'seen'],
    ['post.user_facing_tested', 'signal', 'seen'],
    ['pre.code_reviewed', 'signal', 'seen'],
  ])
})

test('garbage is recorded as ignored, and changes nothing', async () => {
  const world = await openWorld({ releases: threeReleases })
  const plan = world.plan('1.1.0')
  const run = await world.belay.deploy(plan)
  const handle = world.belay.temporal.workflow.getHandle(run.workflowId)
  await phaseOf(run, (status) => status.waitingFor !== null)
  const { deployment } = plan
  await handle.signal('signOff')
  await handle.signal('signOff', 'yes')
  await handle.signal('abort', { deployment, by: 'ann' })
  await handle.signal('abort', { deployment: 'another', by: 'ann', reason: 'not this one' })
  await handle.signal('decide', { deployment, question: 'sign-off', answer: 'hurry', by: 'ann', reason: 'why not' })
  await handle.signal('extendWindow', { deployment, by: 'ann', reason: 'longer', byMs: -1 })
  await handle.signal('signOff', { deployment, item: 'pre.x\n09:00:00  item     pre.code_reviewed: passed', by: 'ann' })
  await handle.signal('nobody listens to this', { deployment })
  await raw('reject', [{ metadata: { encoding: bytes('json/plain') }, data: bytes('{ not JSON') }])
  await raw('rollback', [{ metadata: { encoding: bytes('binary/encrypted') }, data: new Uint8Array([0, 255, 1]) }])
  await raw('reject', [{ data: new Uint8Array([7]) }, { data: new Uint8Array([8]) }])

  const status = await phaseOf(run, ({ events }) => events.filter((event) => event.kind === 'ignored').length === 10)
  expect(status).toMatchObject({ phase: 'gate', outcome: null })
  await world.signAll(run, deployment)
  expect(await run.end()).toMatchObject({ outcome: 'SUCCESS' })
  const details = await world.history.readDeploymentDetails(deployment)
  const ignored = details?.events.filter((event) => event.kind === 'ignored').map((event) => event.text)
  expect(ignored).toEqual([
    'ignored signOff: signOff: expected one JSON object, got nothing',
    'ignored signOff: signOff: expected one JSON object, got "yes"',
    'ignored abort: abort: expected a text in "reason", got nothing',
    `ignored abort: this is deployment ${deployment}, the message is for another`,
    'ignored decide: decide: expected answer retry | skip | keep | revert | give_up | acknowledge, got "hurry"',
    'ignored extendWindow: extendWindow: expected byMs between 1 and 86400000 milliseconds, got -1',
    'ignored signOff: there is no item pre.x 09:00:00  item     pre.code_reviewed: passed; items to sign: pre.code_reviewed, post.user_facing_tested, manual.payment_processing',
    'ignored reject: reject: expected one JSON object, got "input that is not JSON"',
    'ignored rollback: rollback: expected one JSON object, got "input that is not JSON"',
    'ignored reject: reject: expected one JSON object, got "input that is not JSON"',
  ])

  async function raw(
    signalName: string,
    payloads: { metadata?: Record<string, Uint8Array>; data: Uint8Array }[],
  ): Promise<void> {
    await world.belay.temporal.workflowService.signalWorkflowExecution({
      namespace: world.belay.namespace,
      workflowExecution: { workflowId: run.workflowId },
      signalName,
      input: { payloads },
    })
  }
})

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
