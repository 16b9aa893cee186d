import { expect, onTestFinished, test } from 'vitest'
import { readFacts } from '../../src/client/watchdog/read-facts.ts'
import { judgeRuns } from '../../src/domain/watchdog/watchdog.ts'
import { planFor } from '../history/plan.ts'
import { eventually } from '../support/eventually.ts'
import { openNamespace } from '../support/temporal.ts'

test('the watchdog sees an adoption that stands still, and one that was ended until the next one begins', async () => {
  const { client, close } = await openNamespace()
  onTestFinished(close)
  const factsOf = async (laterMs = 0) =>
    await readFacts(client, { now: () => new Date(Date.now() + laterMs), sinceMs: 0 })
  const start = async () => {
    const about = { workflowId: 'adopt:shop:production', taskQueue: 'nobody', memo: { version: '1.1.0' } }
    return await client.workflow.start('adopt', { ...about, args: [{ plan: planFor() }] })
  }
  const handle = await start()
  const [open] = await eventually('it in the list', async () => {
    const { open: runs } = await factsOf()
    return runs.length > 0 && runs
  })
  expect(open).toMatchObject({ version: '1.1.0', phase: 'adoption', waitingFor: null, plan: { hosts: ['app-1'] } })
  const alarms = judgeRuns(await factsOf(11 * 60_000))
  expect(alarms.map(({ kind, runs }) => [kind, runs])).toEqual([
    ['worker', ['adopt:shop:production']],
    ['agent', ['adopt:shop:production']],
  ])

  await handle.terminate('a test')
  const since = async (expected: string) =>
    await eventually(expected, async () => (await factsOf()).terminated.some((run) => run.since === expected))
  await since('nothing')
  expect(judgeRuns(await factsOf())).toMatchObject([{ kind: 'half way', text: expect.stringContaining('a claim') }])
  const next = await start()
  await since('open')
  await next.terminate('a test')
})
