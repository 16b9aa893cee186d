import { expect, test } from 'vitest'
import { openReceiver } from '../notify/receiver.ts'
import { notifying } from './notifying.ts'
import { threeReleases } from './releases.ts'
import { resetTo } from './reset.ts'
import { openWorld, phaseOf } from './world.ts'

test.each([
  ['was delivered', true],
  ['is still on its way', false],
])(
  'a run that was reset does not tell again what %s: only what it comes to itself',
  async (_, there) => {
    const receiver = await openReceiver()
    if (!there) await receiver.stop()
    const world = await openWorld({ releases: threeReleases, change: notifying({ url: receiver.url }) })
    const plan = world.plan('1.1.0')
    const { deployment } = plan
    const run = await world.belay.deploy(plan)
    await phaseOf(run, (status) => status.waitingFor?.question === 'sign-off')
    if (there) await receiver.taken(/waiting.sign-off/)

    const copy = await resetTo(world, run, 'inspectHost')
    await phaseOf(copy, (status) => status.waitingFor?.question === 'sign-off')
    if (!there) await receiver.start()
    await receiver.taken(/waiting.sign-off/)
    await copy.tell({ name: 'abort', deployment, by: 'ann', reason: 'it is a copy' })
    await copy.end()
    await receiver.taken(/ended/)
    const keys = receiver.deliveries.map(({ headers }) => headers['idempotency-key'])
    expect(keys).toEqual([`notice:${deployment}:waiting.sign-off.1`, `notice:${deployment}:ended.ABORTED`])
    const { events = [] } = await world.belay.temporal.workflow.getHandle(copy.workflowId, copy.runId).fetchHistory()
    expect(events?.some(({ startChildWorkflowExecutionFailedEventAttributes: refused }) => refused)).toBe(true)
  },
  120_000,
)
