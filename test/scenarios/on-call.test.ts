import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { terminalOf } from '../cli/terminal.ts'
import { openReceiver } from '../notify/receiver.ts'
import { notifying } from './notifying.ts'
import { threeReleases } from './releases.ts'
import type { FixtureSettings } from './settings.ts'
import { openWorld, phaseOf } from './world.ts'

test('nothing goes out while the roster names nobody; who it names is on the record', async () => {
  const world = await openWorld({ releases: threeReleases })
  const file = join(world.root, 'on-call.yaml')
  const change = (settings: FixtureSettings) => Object.assign(settings, { on_call: { roster: file } })
  const before = await world.tree()
  const refused = async (roster: string) => {
    await writeFile(file, roster)
    const end = await (await world.deploy('1.0.0', change)).end()
    expect(end).toMatchObject({ outcome: 'REFUSED', reason: { kind: 'gate', items: [{ item: 'on_call' }] } })
    expect(await world.tree()).toBe(before)
    return end.sentence
  }

  expect(await refused('')).toContain(`on_call: ${file}: the roster is empty`)
  // Not tomorrow: the day may end while the test runs.
  const soon = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10)
  const gap = `- { who: old@example.com, from: 2020-01-01, until: 2020-01-02, zone: UTC }
- { who: next@example.com, from: ${soon}, until: 2099-01-01, zone: UTC }`
  expect(await refused(gap)).toContain(
    `nobody from 2020-01-02 00:00:00Z until ${soon} 00:00:00Z; next: next@example.com`,
  )

  await writeFile(file, '- { who: ann@example.com, from: 2020-01-01, until: 2099-01-01, zone: Europe/Prague }')
  const plan = world.plan('1.0.0', change)
  const run = await world.belay.deploy(plan)
  await phaseOf(run, ({ waitingFor }) => waitingFor !== null)
  // Shifts end while a run waits: the newest name counts.
  await writeFile(file, '- { who: bob@example.com, from: 2020-01-01, until: 2099-01-01, zone: Europe/Prague }')
  await world.signAll(run, plan.deployment)
  expect(await run.end()).toMatchObject({ outcome: 'SUCCESS' })
  const details = await world.history.readDeploymentDetails(plan.deployment)
  expect(details?.row.onCall).toMatchObject({ name: 'bob@example.com', source: 'roster' })
  expect(details?.events.map(({ text }) => text)).toEqual(
    expect.arrayContaining([
      'on call: ann@example.com, by the roster',
      'on call: bob@example.com, by the roster (before: ann@example.com)',
    ]),
  )
})

test('one of those named must acknowledge in time; nobody else can', async () => {
  const receiver = await openReceiver()
  const world = await openWorld({ releases: threeReleases })
  const change = (within: string) => (settings: FixtureSettings) => {
    notifying({ url: receiver.url })(settings)
    Object.assign(settings, { on_call: { acknowledge: { people: ['Ann <ann@example.com>', 'cyd'], within } } })
  }
  const before = await world.tree()
  const late = await asking('800ms')
  expect(await late.run.end()).toMatchObject({
    outcome: 'REFUSED',
    reason: {
      items: [{ item: 'on_call', why: 'nobody acknowledged within 800 ms; asked: Ann <ann@example.com>, cyd' }],
    },
  })
  expect(await world.tree()).toBe(before)

  const { run, deployment } = await asking('60s')
  const { belay } = await terminalOf(world)
  const [status, waiting] = await Promise.all([belay('status', 'production'), belay('waiting')])
  expect(status.out).toContain('Next: belay decide production acknowledge --reason')
  expect(waiting.out).toMatch(/Ann <ann@example.com> or cyd acknowledges.*then the deployment is refused/s)
  const asked = await receiver.taken(/on_call/)
  expect(JSON.parse(asked.text).sentence).toContain(
    'then the deployment is refused\nNext: belay decide production acknowledge',
  )

  const byEve = {
    deployment,
    question: 'on_call',
    answer: 'acknowledge',
    by: 'eve@example.com',
    reason: 'there',
  } as const
  const words = 'on_call is answered by Ann <ann@example.com> or cyd, not by eve@example.com'
  await expect(run.tell({ name: 'decide', ...byEve })).rejects.toThrow(words)
  await world.belay.temporal.workflow.getHandle(run.workflowId).signal('decide', byEve)
  await phaseOf(run, ({ events }) => events.some(({ kind, text }) => kind === 'ignored' && text.includes(words)))
  expect(await world.tree()).toBe(before)

  const said = await belay('decide', 'production', 'acknowledge', '--reason', 'at my desk')
  expect(said).toMatchObject({
    code: 0,
    out: expect.stringContaining('on_call: acknowledge, decided by ann@example.com'),
  })
  await world.signAll(run, deployment)
  expect(await run.end()).toMatchObject({ outcome: 'SUCCESS' })
  const onCall = { name: 'ann@example.com', source: 'acknowledgement', claimed: true }
  expect((await world.history.readDeployment(deployment))?.onCall).toMatchObject(onCall)
  expect(JSON.parse((await receiver.taken(/ended\.SUCCESS/)).text).onCall).toMatchObject(onCall)
  const shown = 'ann@example.com (claimed), who acknowledged it'
  const commands = [
    ['status', 'production'],
    ['explain', deployment],
    ['record', deployment],
    ['history', deployment],
  ]
  for (const { out } of await Promise.all(commands.map((command) => belay(...command)))) expect(out).toContain(shown)

  async function asking(within: string) {
    const plan = world.plan('1.0.0', change(within))
    const run = await world.belay.deploy(plan)
    const { deployment } = plan
    await phaseOf(run, ({ waitingFor }) => waitingFor !== null)
    await run.tell({ name: 'signOff', deployment, item: 'pre.code_reviewed', by: 'operator@example.com' })
    if (within === '60s') await phaseOf(run, ({ waitingFor }) => waitingFor?.question === 'on_call')
    return { run, deployment }
  }
})

test('an acknowledgement that is ignored is asked of nobody, and that is on the record', async () => {
  const world = await openWorld({ releases: threeReleases })
  const run = await world.deploy('1.0.0', (settings) => {
    Object.assign(settings, { on_call: { acknowledge: { people: ['cyd'], within: '60s' } } })
    for (const rule of ['on_call', 'code_reviewed']) settings.ignored_safeties.push({ rule, reason: 'a scenario' })
  })
  const live = await phaseOf(run, ({ liveSince }) => liveSince !== null)
  expect(live.events.map(({ text }) => text)).toContain(
    'IGNORED on_call by belay.yaml: a scenario (it would have asked cyd to acknowledge)',
  )
})
