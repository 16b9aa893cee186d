import { expect, test } from 'vitest'
import { looksAt } from '../../src/client/looks.ts'
import type { Run } from '../../src/client/run.ts'
import type { RunEnd } from '../../src/domain/end/run-end.ts'
import type { RunEvent, RunStatus } from '../../src/domain/status.ts'
import { statusWith } from '../cli/view/statuses.ts'

test('more events than one answer holds are read on by number: each once, in order', async () => {
  const told = await follow(endedRun(eventsTo(733), (events, after) => events.slice(after, after + 200)))
  expect(told).toEqual(eventsTo(733))
})

test('a worker that answers with the newest only leaves a gap, and an event in its place says how many are missing', async () => {
  const told = await follow(endedRun(eventsTo(250), (events) => events.slice(-200)))
  expect(told).toHaveLength(201)
  expect(told[0]).toMatchObject({
    kind: 'ignored',
    text: expect.stringContaining('events 1 to 50'),
    data: { missing: 50 },
  })
  expect(told.slice(1)).toEqual(eventsTo(250).slice(50))
})

test('a run that ended in other words than its own throws them, and nothing is asked any more', async () => {
  const lost = { ...endedRun([], (events) => events), end: () => Promise.reject(new Error('terminated')) }
  await expect(follow(lost)).rejects.toThrow('terminated')
})

async function follow(run: Run): Promise<RunEvent[]> {
  const told: RunEvent[] = []
  for await (const look of looksAt(run)) told.push(...look.events)
  return told
}

function eventsTo(count: number): RunEvent[] {
  const at = '2026-01-01T00:00:00.000Z'
  return Array.from({ length: count }, (_, index) => ({
    seq: index + 1,
    at,
    kind: 'step',
    text: `step ${index + 1}`,
    data: null,
  }))
}

type Answer = (events: readonly RunEvent[], after: number) => readonly RunEvent[]

/** A run whose worker answers the query as said. */
function endedRun(events: readonly RunEvent[], answer: Answer): Run {
  const end: RunEnd = {
    deployment: 'd',
    startedAs: 'deployment',
    outcome: 'SUCCESS',
    reason: null,
    live: null,
    undone: [],
    sentence: 'live',
  }
  return {
    workflowId: 'deploy:shop:production',
    runId: 'r',
    deployment: 'd',
    namespace: 'default',
    status: async (_signal, after = 0): Promise<RunStatus> => statusWith({ events: answer(events, after) }),
    tell: () => Promise.reject(new Error('nobody listens')),
    end: async () => end,
    open: async () => false,
  }
}
