import { afterAll, beforeAll, expect, test } from 'vitest'
import { createGit } from '../../activities/git/git.ts'
import { follow } from '../../src/cli/follow/follow.ts'
import { preparePlan } from '../../src/client/prepare.ts'
import { type Desk, openDesk } from './desk.ts'
import { terminalIn } from './terminal.ts'

let desk: Desk

beforeAll(async () => {
  desk = await openDesk()
})
afterAll(() => desk?.close())

test.for([
  ['deploy', '1.0.0', '--env', 'production'],
  ['plan', '1.0.0', '--env', 'production'],
  ['rollback', 'production'],
  ['check', 'production'],
  ['lock', 'production', '--reason', 'x'],
  ['marker', 'show', 'production'],
  ['abort', 'production', '--reason', 'x'],
])(
  'without a worker: belay %s ... ends with 69, names the worker and how to start it, and starts nothing',
  async (args) => {
    const answer = await desk.belay(...args)
    expect(answer).toMatchObject({ code: 69, err: expect.stringContaining('start one with `belay worker`') })
    expect(await desk.client.attach('fixture', 'production')).toBeNull()
  },
)

test('without Temporal: 69 with the address that was tried', async () => {
  const answers = await Promise.all(
    [['status', 'production'], ['status'], ['deploy', '1.0.0', '--env', 'production'], ['sign', 'production', 'x']].map(
      (args) => terminalIn(desk.directory, { ...desk.environment, TEMPORAL_ADDRESS: '127.0.0.1:1' }).belay(...args),
    ),
  )
  for (const answer of answers) {
    expect(answer).toMatchObject({
      code: 69,
      err: expect.stringContaining('Temporal does not answer at 127.0.0.1:1: start it with `belay dev`'),
    })
  }
})

test('in a namespace that is not there: 69 with its name', async () => {
  const elsewhere = terminalIn(desk.directory, { ...desk.environment, TEMPORAL_NAMESPACE: 'nowhere' })
  for (const args of [['deploy', '1.0.0', '--env', 'production'], ['status', 'production'], ['status']]) {
    expect(await elsewhere.belay(...args)).toMatchObject({ code: 69, err: expect.stringContaining('nowhere') })
  }
})

test('without the history: 69, never with the address that holds a password; status goes on without it', async () => {
  const secret = 'postgres://belay:hunter2@127.0.0.1:1/belay'
  const without = terminalIn(desk.directory, { ...desk.environment, BELAY_DATABASE_URL: secret })
  const [history, log, status] = await Promise.all([
    without.belay('history'),
    without.belay('log'),
    without.belay('status', 'production'),
  ])
  expect(history).toMatchObject({ code: 69, err: expect.stringContaining('is Postgres running there?') })
  expect(log.code).toBe(69)
  expect(status).toMatchObject({ code: 0, err: expect.stringContaining('the history database does not answer') })
  expect([history, log, status].map(({ out, err }) => out + err).join()).not.toContain('hunter2')
  expect(await desk.belay('history')).toMatchObject({
    code: 69,
    err: expect.stringContaining('no tables of Belay yet'),
  })
})

test('a run that nobody takes ends following with 20, and says so', async () => {
  const plan = await preparePlan(
    {
      file: `${desk.directory}/belay.yaml`,
      environment: 'production',
      version: '1.0.0',
      commit: null,
      performer: 'ann@example.com',
      claims: [],
      ignored: [],
    },
    { git: createGit({ environment: process.env }), stateDirectory: desk.directory, clock: () => new Date() },
  )
  const run = await desk.client.deploy(plan)
  const said: string[] = []
  const shell = {
    environment: {},
    directory: desk.directory,
    print: (line: string) => void said.push(line),
    say: (line: string) => void said.push(line),
    annotate: () => undefined,
    now: () => new Date(),
    interrupted: () => new Promise<void>(() => undefined),
    leaving: () => undefined,
    terminal: false,
  }
  expect(await follow(shell, run, { json: false }, { workerMs: 1_000, historyMs: 1_000 })).toBe(20)
  expect(said.join('\n')).toMatch(/nobody takes the run: .*\nNext: belay worker .*belay watch production/)
  expect(await desk.belay('status', 'production')).toMatchObject({
    code: 20,
    out: expect.stringContaining('a run is open, but no worker answers for it. Next: belay worker'),
  })
  expect(await desk.belay('deploy', '1.0.0', '--env', 'production')).toMatchObject({ code: 69 })
})
