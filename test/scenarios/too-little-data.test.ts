import { expect, test } from 'vitest'
import { type Behaviour, openReceiver } from '../notify/receiver.ts'
import { threeReleases } from './releases.ts'
import type { FixtureSettings } from './settings.ts'
import { openWorld, phaseOf } from './world.ts'

const away: Behaviour = (response) => void response.writeHead(503).end()
const answer: Behaviour = (response) =>
  void response.writeHead(200, { 'content-type': 'text/plain' }).end('queue_length 1\n')

test('a source that falls silent in the window is no health: watched once longer, then a person is asked; without an answer the release comes back', async () => {
  const exporter = await openReceiver('/metrics', answer)
  const world = await openWorld({
    releases: threeReleases,
    change(settings: FixtureSettings) {
      const queue = { metric: { scrape: exporter.url, name: 'queue_length', max: 5 }, timeout: '2s', deadline: '5s' }
      Object.assign(settings.checks, { queue })
      Object.assign(settings.monitoring, { window: '5s', interval: '500ms', checks: { queue: {} } })
    },
  })
  const silent = async (version: string) => {
    exporter.behave(answer)
    const plan = world.plan(version)
    const run = await world.belay.deploy(plan)
    const sign = (item: string) => run.tell({ name: 'signOff', deployment: plan.deployment, item, by: 'ann' })
    await phaseOf(run, ({ waitingFor }) => waitingFor !== null)
    await sign('pre.code_reviewed')
    await phaseOf(run, ({ phase }) => phase === 'watch')
    // The window cannot end before these are signed: it falls silent in it, however slow the machine is.
    exporter.behave(away)
    for (const item of ['post.user_facing_tested', 'manual.payment_processing']) await sign(item)
    const { waitingFor, events } = await phaseOf(run, (status) => status.waitingFor?.question === 'window')
    expect(waitingFor?.text).toContain('queue has too little data to call the release healthy')
    const longer = events.filter(({ text }) => /^queue: too little data, watching .* longer$/.test(text))
    expect(longer).toHaveLength(1)
    return { run, deployment: plan.deployment }
  }

  const kept = await silent('1.0.0')
  exporter.behave(answer)
  const keep = { question: 'window', answer: 'keep', by: 'ann', reason: 'its graphs are fine' } as const
  await kept.run.tell({ name: 'decide', deployment: kept.deployment, ...keep })
  expect(await kept.run.end()).toMatchObject({ outcome: 'SUCCESS', live: { version: '1.0.0' } })

  const left = await silent('1.1.0')
  exporter.behave(answer)
  expect(await left.run.end()).toMatchObject({
    outcome: 'ROLLED_BACK',
    reason: { kind: 'no_data', check: 'queue' },
    live: { version: '1.0.0' },
  })
  expect((await world.look()).serving).toBe('1.0.0')
})
