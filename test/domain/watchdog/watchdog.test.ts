import { expect, test } from 'vitest'
import type { Facts, OpenFacts, TerminatedFacts } from '../../../src/domain/watchdog/facts.ts'
import { judgeRuns } from '../../../src/domain/watchdog/watchdog.ts'
import { planFor } from '../../history/plan.ts'

const nowMs = Date.parse('2026-01-02T03:00:00Z')
const minutes = (count: number) => count * 60_000
const ago = (ms: number) => nowMs - ms

const run: OpenFacts = {
  workflowId: 'deploy:shop:production',
  runId: 'run-1',
  version: '1.2.3',
  phase: 'release',
  waitingFor: null,
  lastEventAtMs: ago(minutes(1)),
  plan: { ...planFor(), gate: { ...planFor().gate, withinMs: minutes(60) }, decisionReminderMs: minutes(30) },
  task: null,
  steps: [],
}

const terminated: TerminatedFacts = { ...run, since: 'nothing' }

function alarms(changes: Partial<Omit<Facts, 'open'>> & { run?: Partial<OpenFacts> } = {}) {
  const polledAtMs = new Map([
    ['belay', ago(20_000)],
    ['belay.host.app-1', ago(20_000)],
  ])
  const { run: change, ...facts } = changes
  return judgeRuns({ nowMs, open: [{ ...run, ...change }], polledAtMs, terminated: [], failedNotices: [], ...facts })
}

function step(changes: Partial<OpenFacts['steps'][number]>) {
  return [{ id: 'append records', attempt: 1, sinceMs: ago(minutes(30)), seenAtMs: null, failure: null, ...changes }]
}

test.each<[string, Partial<OpenFacts>]>([
  ['a run that had an event a minute ago', {}],
  ['a step that beats', { lastEventAtMs: ago(minutes(50)), steps: step({ seenAtMs: ago(3_000) }) }],
  ['a step that was tried a few times', { steps: step({ attempt: 10 }) }],
  ['a task that was lost once', { task: { attempt: 2, sinceMs: ago(minutes(5)), started: true, failure: null } }],
  ['a gate that is waited at', { waitingFor: 'sign-off', lastEventAtMs: ago(minutes(65)) }],
  ['a question in the night', { waitingFor: 'schema', lastEventAtMs: ago(minutes(240)) }],
  [
    'a wait of a run whose plan nobody can read',
    { waitingFor: 'sign-off', plan: null, lastEventAtMs: ago(minutes(240)) },
  ],
])('is fine: %s', (_, change) => {
  expect(alarms({ run: change })).toEqual([])
})

test.each<[string, Partial<OpenFacts>, string, string]>([
  ['idle', { lastEventAtMs: ago(minutes(11)) }, 'idle', 'nothing has happened for 11 min'],
  ['a step that beats no more', { lastEventAtMs: 0, steps: step({ seenAtMs: ago(minutes(12)) }) }, 'idle', '12 min'],
  ['a gate past its deadline', { waitingFor: 'sign-off', lastEventAtMs: ago(minutes(71)) }, 'idle', '1 h 11 min'],
  [
    'a question without its reminders',
    { waitingFor: 'schema', lastEventAtMs: ago(minutes(251)) },
    'idle',
    '4 h 11 min',
  ],
  [
    'a step in endless retry',
    { steps: step({ attempt: 40, failure: 'connection refused\nat x' }) },
    'step',
    'append records was tried 40 times in 30 min: connection refused',
  ],
  [
    'a task that fails again and again',
    { task: { attempt: 3, sinceMs: ago(9_000), started: false, failure: 'Nondeterminism error: Timer' } },
    'task',
    'its workflow task was tried 3 times: Nondeterminism error: Timer',
  ],
  [
    'a task that nobody takes',
    { task: { attempt: 1, sinceMs: ago(minutes(2)), started: false, failure: null } },
    'task',
    'nobody has taken its workflow task for 2 min',
  ],
])('is an alarm: %s', (_, change, kind, words) => {
  expect(alarms({ run: change })).toEqual([
    expect.objectContaining({ kind, runs: [run.workflowId], text: expect.stringContaining(words) }),
  ])
  expect(alarms({ run: change })[0]?.text).toContain('deploy:shop:production (1.2.3, phase release)')
})

test('without a worker only that is said, and which agents are missing', () => {
  const polledAtMs = new Map([['belay', ago(minutes(3))]])
  const found = alarms({ polledAtMs, run: { lastEventAtMs: 0 } })
  expect(found.map(({ kind, next }) => [kind, next])).toEqual([
    ['worker', 'start one with belay worker (or belay dev)'],
    ['agent', 'start it on that host with belay worker --host app-1'],
  ])
  expect(judgeRuns({ nowMs, open: [], polledAtMs: new Map(), terminated: [], failedNotices: [] })).toEqual([])
})

test.each<[Partial<TerminatedFacts>, number]>([
  [{}, 1],
  [{ phase: 'recording' }, 1],
  [{ since: 'open' }, 0],
  [{ since: 'settled' }, 0],
  [{ phase: 'gate' }, 0],
  [{ phase: 'finished' }, 0],
  [{ phase: null }, 0],
])('a terminated run is half way unless nothing was changed or somebody cleared up: %j', (change, count) => {
  const found = alarms({ terminated: [{ ...terminated, ...change }] })
  expect(found).toHaveLength(count)
  if (count > 0) expect(found[0]).toMatchObject({ kind: 'half way', next: 'belay rollback production' })
})

const adoption = { workflowId: 'adopt:shop:production', version: '1.1.0', phase: 'adoption' }

test('an adoption is allowed what any step may take, and its alarm says how to wait for it', () => {
  expect(alarms({ run: { ...adoption, lastEventAtMs: ago(minutes(9)) } })).toEqual([])
  const next =
    'belay adopt production --version 1.1.0, as before, attaches to it; the Temporal UI shows what it waits for'
  const away = step({ id: 'close record', attempt: 11, failure: 'Postgres does not answer' })
  for (const change of [{ lastEventAtMs: ago(minutes(11)) }, { steps: away }]) {
    expect(alarms({ run: { ...adoption, ...change } })).toMatchObject([
      { runs: ['adopt:shop:production'], text: expect.stringContaining('(1.1.0, phase adoption)'), next },
    ])
  }
})

test('an adoption that was terminated may have left a claim, which the next adoption takes over', () => {
  const [found, ...more] = alarms({ terminated: [{ ...terminated, ...adoption }] })
  expect(more).toEqual([])
  expect(found?.text).toContain('was terminated: it may have left a claim')
  expect(found?.next).toBe('belay adopt production --version 1.1.0, as before, takes it over')
  expect(alarms({ terminated: [{ ...terminated, ...adoption, since: 'settled' }] })).toEqual([])
})

test('a notice that was given up is told', () => {
  const [found] = alarms({ failedNotices: [{ workflowId: 'notice:shop:production:1', how: 'failed' }] })
  expect(found?.text).toBe('notice:shop:production:1: the notice was not delivered (failed)')
})
