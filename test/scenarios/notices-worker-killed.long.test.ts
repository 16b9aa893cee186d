import { expect, test } from 'vitest'
import { openReceiver } from '../notify/receiver.ts'
import { notifying } from './notifying.ts'
import { threeReleases } from './releases.ts'
import { openWorld, phaseOf } from './world.ts'

test('the worker is killed between the notices and in the middle of one: each is told, in order, under one key', async () => {
  const receiver = await openReceiver(
    '/hook',
    (response, _, count) => void response.writeHead(count <= 3 ? 500 : 200).end(),
  )
  const world = await openWorld({ releases: threeReleases, change: notifying({ url: receiver.url }) })
  const plan = world.plan('1.1.0', (settings) => {
    settings.monitoring.window = '60s'
    settings.after.within = '10m'
  })
  const { deployment } = plan
  const run = await world.belay.deploy(plan)
  await receiver.taken(/waiting.sign-off/)
  await world.killWorker()
  await world.startWorker()

  // The next one is taken by a receiver that never says so: the worker dies while it waits for the answer.
  const silent = new Promise<void>((resolve) => receiver.behave(() => resolve()))
  await world.tell(run, { name: 'signOff', deployment, item: 'pre.code_reviewed', by: 'ann' })
  await phaseOf(run, (status) => status.phase === 'watch')
  await silent
  await world.killWorker()
  receiver.behave((response) => void response.writeHead(200).end())
  await world.startWorker()
  await receiver.taken(/waiting.post-sign-off/, 60_000)
  await world.tell(run, { name: 'abort', deployment, by: 'ann', reason: 'seen enough' })
  await run.end()
  await receiver.taken(/ended/)

  expect(receiver.keys()).toEqual(
    ['waiting.sign-off.1', 'waiting.post-sign-off.1', 'ended.ROLLED_BACK'].map((key) => `notice:${deployment}:${key}`),
  )
}, 240_000)
