import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect } from '../../src/client/client.ts'
import { maintenance } from '../../src/client/maintenance.ts'
import { environmentPlan } from '../../src/client/prepare.ts'
import { hostTaskQueue, taskQueue } from '../../src/domain/id.ts'
import { threeReleases } from '../scenarios/releases.ts'
import { openWorld } from '../scenarios/world.ts'
import { type Desk, openDesk } from './desk.ts'

let desk: Desk

beforeAll(async () => {
  desk = await openDesk()
})
afterAll(() => desk?.close())

test('a worker that has just died is still listed: who asks is told the queue and how to start one, and nothing is left to be obeyed', async () => {
  await pollAndDie()
  const commands = [
    ['plan', '1.0.0', '--env', 'production'],
    ['freeze', 'production', '--reason', 'x'],
    ['lock', 'production', '--reason', 'x'],
    ['check', 'production'],
  ]
  const answers = await Promise.all(commands.map((args) => desk.belay(...args)))
  for (const answer of answers) {
    expect(answer).toMatchObject({ code: 69, out: '' })
    expect(answer.err).toMatch(
      /a Belay worker does not answer at task queue belay: nobody has taken \S+ for 15 s, so it was ended and nothing was done\. Next: start one with `belay worker`/,
    )
  }
  const { count } = await desk.client.temporal.workflow.count("ExecutionStatus='Running'")
  expect(count).toBe(0)
}, 90_000)

test('a host that takes nothing is named with its queue while it is waited for; the others go on', async () => {
  const world = await openWorld({ releases: threeReleases })
  const belay = await connect(world.environment)
  try {
    const plan = { ...world.plan('1.0.0'), hosts: ['local', 'away'] }
    const said: string[] = []
    const of = { deployment: plan.deployment, planDigests: [] }
    const lists = await maintenance(belay, (text) => void said.push(text), { silentMs: 1_000 }).listLogs(plan, of)
    expect(lists.map(({ missing }) => missing)).toEqual([null, null, 'no answer'])
    expect(said).toEqual([
      'no answer on task queue belay.host.away.watch for 1 s; still waiting. Next: start it there with `belay worker --host away`',
    ])
  } finally {
    await belay.close()
  }
}, 90_000)

/** What a worker leaves that was killed: the server has seen it ask for work a moment ago. */
async function pollAndDie(): Promise<void> {
  const { temporal, namespace } = desk.client
  const { hosts } = await environmentPlan(`${desk.directory}/belay.yaml`, 'production', 'ann@example.com')
  const service = temporal.workflowService
  const asking = { namespace, identity: 'gone' }
  const activities = [taskQueue, ...hosts.map(hostTaskQueue)]
  await temporal.withDeadline(Date.now() + 3_500, () =>
    Promise.allSettled([
      service.pollWorkflowTaskQueue({ ...asking, taskQueue: { name: taskQueue } }),
      ...activities.map((name) => service.pollActivityTaskQueue({ ...asking, taskQueue: { name } })),
    ]),
  )
}
