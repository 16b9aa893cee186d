import { expect, test } from 'vitest'
import { openReceiver } from '../notify/receiver.ts'
import { notifying } from './notifying.ts'
import { threeReleases } from './releases.ts'
import { openWorld, phaseOf } from './world.ts'

test('people are told in order, once each: sign at the gate, sign what is live, it fell ill and was rolled back', async () => {
  const receiver = await openReceiver()
  const world = await openWorld({ releases: threeReleases })
  await world.live('1.1.0')

  const plan = world.plan('1.2.0', (settings) => {
    settings.monitoring.window = '30s'
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
