import { expect, test } from 'vitest'
import { openReceiver } from '../notify/receiver.ts'
import { eventually } from '../support/eventually.ts'
import { notifying } from './notifying.ts'
import { threeReleases } from './releases.ts'
import { openWorld, phaseOf, type World } from './world.ts'

test('people are told in order, once each: sign at the gate, sign what is live, it fell ill and was rolled back', async () => {
  const receiver = await openReceiver()
  const world = await openWorld({ releases: threeReleases })
  await world.live('1.1.0')

  const plan = world.plan('1.2.0', (settings) => {
    settings.monitoring.window = '60s'
    notifying({ url: receiver.url })(settings)
  })
  const run = await world.belay.deploy(plan)
  const { deployment } = plan
  await receiver.taken(/waiting.sign-off/)
  await world.tell(run, { name: 'signOff', deployment, item: 'pre.code_reviewed', by: 'ann' })
  await phaseOf(run, (status) => status.phase === 'watch')
  await receiver.taken(/waiting.post-sign-off/)
  await world.say('errors', '1.2.0')
  const end = await run.end()
  const last = await receiver.taken(/ended/)

  expect(receiver.keys()).toEqual([
    `notice:${deployment}:waiting.sign-off.1`,
    `notice:${deployment}:waiting.post-sign-off.1`,
    `notice:${deployment}:ended.ROLLED_BACK`,
  ])
  expect(JSON.parse(last.text)).toMatchObject({
    schema: 1,
    kind: 'ended',
    outcome: 'ROLLED_BACK',
    live: { version: '1.1.0' },
    performer: { name: 'ci@example.com', claimed: true },
    sentence: end.sentence,
  })
})

test('receivers that are away, hang or refuse change nothing: the run ends, and who comes back is told everything', async () => {
  const [away, gone] = [await openReceiver('/away'), await openReceiver('/gone', (it) => void it.writeHead(410).end())]
  const hanging = await openReceiver('/hangs', () => undefined)
  await away.stop()
  const webhooks = [away, gone, hanging].map(({ url }) => ({ url }))
  const world = await openWorld({ releases: threeReleases, change: notifying(...webhooks) })
  const plan = world.plan('1.1.0')
  const run = await world.belay.deploy(plan)
  await phaseOf(run, (status) => status.waitingFor !== null)
  await world.tell(run, { name: 'signOff', deployment: plan.deployment, item: 'pre.code_reviewed', by: 'ann' })
  await phaseOf(run, (status) => status.phase === 'watch')
  await world.signAll(run, plan.deployment)
  expect(await run.end()).toMatchObject({ outcome: 'SUCCESS', live: { version: '1.1.0' } })
  expect((await world.look()).serving).toBe('1.1.0')
  expect((await world.history.readDeployment(plan.deployment))?.outcome).toBe('SUCCESS')

  const keys = ['ended.SUCCESS', 'waiting.post-sign-off.1', 'waiting.sign-off.1'].map(
    (what) => `notice:${plan.deployment}:${what}`,
  )
  await eventually(
    'the notices to be found',
    async () => (await noticesOf(world, plan.deployment, 'Running')).length === 3,
  )
  expect(await noticesOf(world, plan.deployment, 'Running')).toEqual(keys)
  expect(await world.belay.listOpen()).toEqual([])
  await away.start()
  hanging.behave((response) => void response.writeHead(204).end())
  await eventually('both to be told', () => away.keys().length === 3 && hanging.keys().length === 3, 60_000)
  expect([away.keys().toSorted(), hanging.keys().toSorted(), gone.keys()]).toEqual([keys, keys, []])

  const failed = await world.belay.temporal.workflow
    .getHandle(keys[0] ?? '')
    .result()
    .catch((error: unknown) => error)
  expect(failed).toMatchObject({
    cause: {
      type: 'NotDelivered',
      message:
        'webhook 2 (json): expected a 2xx answer, got 410; there is no such webhook (any more): make a new one and correct the address',
    },
  })
})

async function noticesOf(world: World, deployment: string, status: string): Promise<string[]> {
  const query = `WorkflowType='notice' AND BelayDeployment='${deployment}' AND ExecutionStatus='${status}'`
  const found: string[] = []
  for await (const { workflowId } of world.belay.temporal.workflow.list({ query })) found.push(workflowId)
  return found.toSorted()
}
