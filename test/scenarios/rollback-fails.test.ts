import { rename } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { openReceiver } from '../notify/receiver.ts'
import { eventually } from '../support/eventually.ts'
import { expectBackAt110 } from './comes-back.ts'
import { notifying } from './notifying.ts'
import { threeReleases } from './releases.ts'
import { toldAtOnce } from './told-at-once.ts'
import { openWorld, phaseOf } from './world.ts'

test('a rollback that cannot finish waits for a person, locks the environment, and goes on when they say retry', async () => {
  const world = await openWorld({ releases: threeReleases, change: toldAtOnce })
  await world.live('1.1.0')
  const receiver = await openReceiver()
  const plan = world.plan('1.2.0', (settings) => {
    settings.monitoring.window = '60s'
    notifying({ url: receiver.url })(settings)
    Object.assign(settings, { rollback: { remind_every: '1s' } })
  })
  const { deployment } = plan
  const run = await world.belay.deploy(plan)
  await world.signAll(run, deployment)
  await phaseOf(run, (status) => status.phase === 'watch')
  // It falls ill, and the old release cannot be started: its program is gone.
  const program = `${world.directory}/releases/1.1.0/server.mjs`
  await rename(program, `${program}.away`)
  await world.say('errors', '1.2.0')

  const { waitingFor } = await phaseOf(run, (status) => status.waitingFor?.question.startsWith('start:') === true)
  expect(waitingFor?.answers).toEqual(['retry', 'skip', 'give_up'])
  const [asked, reminded] = [await receiver.taken(/waiting.start:local.1$/), await receiver.taken(/1.reminder-1$/)]
  expect(JSON.parse(asked.text)).toMatchObject({
    sentence: expect.stringMatching(/^production waits for a decision: .*\nproduction is locked meanwhile/),
    next: 'belay decide production retry|skip|give_up --reason "..."',
  })
  expect(JSON.parse(reminded.text).sentence).toContain('production still waits for a decision')
  const place = { service: 'fixture', environment: 'production' }
  // The history is told in the background; the host's own lock is what counts meanwhile.
  const locks = await eventually('the lock on record', async () => {
    const found = await world.history.readLocks(place)
    return found.length > 0 ? found : null
  })
  expect(locks).toMatchObject([{ kind: 'rollback_failed' }])

  await rename(`${program}.away`, program)
  const decision = { question: waitingFor?.question ?? '', answer: 'retry', by: 'ann', reason: 'mended' } as const
  await run.tell({ name: 'decide', deployment, ...decision })
  expect(await run.end()).toMatchObject({ outcome: 'ROLLED_BACK' })
  await expectBackAt110(world, 'belay')
  expect(await world.history.readLocks(place)).toEqual([])
})
