import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { ActivityCancellationDetails } from '@temporalio/common'
import { MockActivityEnvironment } from '@temporalio/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { entryOf, environmentOf, identityOf, listProcesses } from '../../activities/process/proc.ts'
import { createSteps, type Step, type Steps } from '../../activities/step/steps.ts'
import { eventually } from '../support/eventually.ts'

vi.setConfig({ testTimeout: 60_000 })

const fixtures = resolve(import.meta.dirname, '../fixtures')
let root: string
let steps: Steps

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'belay-steps-'))
  steps = stepsWith({})
})

afterEach(() => {
  for (const pid of stepPids()) process.kill(pid, 'SIGKILL')
  rmSync(root, { recursive: true, force: true })
})

test('a step runs its commands in order and keeps what they print', async () => {
  const result = await steps.run(step([js('console.log("one")'), js('console.error("two")')]))
  expect(result).toMatchObject({
    outcome: 'exited',
    exitCode: 0,
    signal: null,
    tail: 'one\ntwo\n',
    outputBytes: 8,
    report: null,
  })
  expect(Date.parse(result.endedAt)).toBeGreaterThanOrEqual(Date.parse(result.startedAt))
})

test('the first command that fails ends the step', async () => {
  const result = await steps.run(step([js('process.exit(3)'), js(`fs.writeFileSync('second', '')`)]))
  expect(result).toMatchObject({ outcome: 'exited', exitCode: 3 })
  expect(existsSync(join(root, 'second'))).toBe(false)
})

test('a program that does not exist is an answer, not a crash', async () => {
  const result = await steps.run(step([['no-such-program-of-ours']]))
  expect(result).toMatchObject({ outcome: 'exited', exitCode: 127 })
  expect(result.tail).toContain('cannot start no-such-program-of-ours')
})

test('a step that ended is collected, not run again', async () => {
  const once = step([js(`fs.appendFileSync('counter', 'x')`)])
  const first = await steps.run(once)
  expect(await steps.run(once)).toEqual(first)
  expect(readFileSync(join(root, 'counter'), 'utf8')).toBe('x')
  await steps.run({ ...once, try: 2 })
  expect(readFileSync(join(root, 'counter'), 'utf8')).toBe('xx')
})

test('two workers that run the same step at once get one run and one result', async () => {
  const [one, two] = [worker(counting()), worker(counting())]
  await eventually('the command', () => counted().length > 0)
  writeFileSync(join(root, 'go'), '')
  const results = await Promise.all([resultOf(one), resultOf(two)])
  expect(results[0]).toEqual(results[1])
  expect(counted()).toHaveLength(1)
})

test('a worker that is killed does not take its step along, and the next one attaches to it', async () => {
  const first = worker(counting())
  await eventually('the command', () => counted().length > 0)
  first.kill('SIGKILL')
  await once(first, 'exit')
  const second = worker(counting())
  writeFileSync(join(root, 'go'), '')
  expect(await resultOf(second)).toMatchObject({ outcome: 'exited', exitCode: 0, tail: 'counted\ndone\n' })
  expect(counted()).toHaveLength(1)
})

test('a worker killed while it starts its step never makes the command run twice', async () => {
  for (const attempt of [1, 2, 3]) {
    const first = worker(counting(attempt))
    await eventually('the order', () => existsSync(join(directory(attempt), 'order.json')))
    first.kill('SIGKILL')
    await once(first, 'exit')
  }
  writeFileSync(join(root, 'go'), '')
  for (const attempt of [1, 2, 3]) await resultOf(worker(counting(attempt)))
  expect(counted()).toHaveLength(3)
})

test('a runner that is killed leaves nothing running, and its step is interrupted for good', async () => {
  const running = steps.run(counting())
  const [pid = 0] = await eventually('the command', () => (counted().length > 0 ? counted() : null))
  process.kill(runnerPid(), 'SIGKILL')
  expect(await running).toMatchObject({ outcome: 'interrupted', exitCode: null })
  expect(entryOf(pid)).toBeNull()
  expect(await steps.run(counting())).toMatchObject({ outcome: 'interrupted' })
  expect(counted()).toHaveLength(1)
})

test('a step that says it is safe to run again is begun again when its runner vanished', async () => {
  const again = { ...counting(), rerunSafe: true }
  const running = steps.run(again)
  await eventually('the command', () => counted().length === 1)
  process.kill(runnerPid(), 'SIGKILL')
  await eventually('the second run', () => counted().length === 2)
  writeFileSync(join(root, 'go'), '')
  expect(await running).toMatchObject({ outcome: 'exited', exitCode: 0 })
  expect(counted()).toHaveLength(2)
})

test('another process under the number of a vanished runner is neither followed nor touched', async () => {
  const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  const identity = identityOf(stranger.pid ?? 0)
  mkdirSync(directory(), { recursive: true })
  writeFileSync(join(directory(), 'order.json'), JSON.stringify({ step: counting(), stopFiles: [] }))
  writeFileSync(
    join(directory(), 'runner.json'),
    JSON.stringify({ ...identity, startTicks: (identity?.startTicks ?? 0) - 1 }),
  )
  expect(await steps.run(counting())).toMatchObject({ outcome: 'interrupted' })
  expect(identityOf(stranger.pid ?? 0)).toEqual(identity)
  stranger.kill('SIGKILL')
})

test('a command that never ends is ended at its limit, with all it started', async () => {
  const family = `require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {detached: true}); setInterval(() => console.log('tick'), 50)`
  const result = await steps.run({ ...step([js(family)]), timeoutMs: 1_500 })
  expect(result).toMatchObject({ outcome: 'timed_out', signal: 'SIGTERM' })
  expect(stepPids()).toEqual([])
})

test('a command that ignores SIGTERM is killed', async () => {
  const result = await steps.run({
    // A shell is there at once: a program that takes a second to start would not yet ignore it.
    ...step([['sh', '-c', `trap '' TERM; exec sleep 1000`]]),
    timeoutMs: 1_000,
  })
  expect(result).toMatchObject({ outcome: 'timed_out', signal: 'SIGKILL' })
})

test('a command that falls silent is ended', async () => {
  const result = await steps.run({
    ...step([['sh', '-c', 'echo last words; exec sleep 1000']]),
    silenceMs: 800,
  })
  expect(result).toMatchObject({ outcome: 'silent', tail: 'last words\n' })
})

test('what a command leaves running is ended with it, unless it is meant to stay', async () => {
  const leave = js(
    `require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {detached: true, stdio: 'inherit'}).unref()`,
  )
  expect(await steps.run(step([leave]))).toMatchObject({ outcome: 'exited', exitCode: 0 })
  expect(stepPids()).toEqual([])
  expect(await steps.run({ ...step([leave]), name: 'start', leavesProcesses: true })).toMatchObject({
    outcome: 'exited',
  })
  expect(stepPids()).toHaveLength(1)
})

test('endless output is bounded on the disk and in the result', async () => {
  const endless = `process.stdout.write('FIRST\\n' + ('x'.repeat(1023) + '\\n').repeat(20000) + 'LAST\\n')`
  const result = await steps.run(step([js(endless)]))
  expect(result).toMatchObject({ outcome: 'exited', exitCode: 0, outputBytes: 20000 * 1024 + 11 })
  expect(result.tail.endsWith('LAST\n')).toBe(true)
  expect(Buffer.byteLength(result.tail)).toBeLessThanOrEqual(8_192)
  const kept = readdirSync(directory()).filter((name) => name.startsWith('output'))
  expect(kept.reduce((sum, name) => sum + statSync(join(directory(), name)).size, 0)).toBeLessThanOrEqual(10_000_000)
  expect(readFileSync(join(directory(), 'output'), 'utf8').startsWith('FIRST\n')).toBe(true)
})

test('binary output and terminal tricks come out as plain text', async () => {
  const result = await steps.run(
    step([
      js(`process.stdout.write(Buffer.from([0xff, 0, 7, 0x1b, 0x5b, 0x33, 0x31, 0x6d])); console.log('a\\u202eb\\rc')`),
    ]),
  )
  expect(result.tail).toBe('\ufffd\ufffd\ufffda\ufffdb\nc\n')
})

test('a secret reaches the command and nothing else, even when it is printed in two pieces', async () => {
  const secret = 'hunter2-hunter2'
  const tell = js(
    `const s = process.env.GIVEN; process.stdout.write(s.slice(0, 5)); setTimeout(() => console.log(s.slice(5), s.length), 100)`,
  )
  const result = await stepsWith({ VAULT: secret }).run({ ...step([tell]), env: { GIVEN: '${env:VAULT}' } })
  expect(result.tail).toBe(`[redacted] ${secret.length}\n`)
  const files = readdirSync(directory()).map((name) => readFileSync(join(directory(), name), 'utf8'))
  expect(files.join()).not.toContain(secret)
})

test('a command sees of the worker only what any login has', async () => {
  const show = js(
    `console.log(Object.keys(process.env).filter((name) => name.startsWith('OURS') || name === 'PATH').join())`,
  )
  expect(await stepsWith({ OURS_TOKEN: 'secret' }).run(step([show]))).toMatchObject({ tail: 'PATH\n' })
})

test('a reference that leads nowhere stops the step before anything runs', async () => {
  const result = await steps.run({ ...step([js(`fs.writeFileSync('ran', '')`)]), env: { GIVEN: '${env:NOT_THERE}' } })
  expect(result).toMatchObject({ outcome: 'exited', exitCode: 126 })
  expect(result.tail).toContain('environment variable NOT_THERE')
  expect(existsSync(join(root, 'ran'))).toBe(false)
})

test('a program reports JSON beside its output', async () => {
  const good = await steps.run(step([js(`fs.writeFileSync(process.env.BELAY_REPORT, '{"applied":["a"]}')`)]))
  expect(good.report).toEqual({ applied: ['a'] })
  const broken = await steps.run({ ...step([js(`fs.writeFileSync(process.env.BELAY_REPORT, '{"applied"')`)]), try: 2 })
  expect(broken.report).toBeNull()
  expect(broken.tail).toContain('BELAY_REPORT: expected JSON')
})

test('cancelling ends the step and answers when nothing of it is left', async () => {
  const running = steps.run(counting())
  const [pid = 0] = await eventually('the command', () => (counted().length > 0 ? counted() : null))
  await steps.cancel('d1', 'build', 1)
  expect(entryOf(pid)).toBeNull()
  expect(await running).toMatchObject({ outcome: 'interrupted' })
})

test('a step that was cancelled before it began never begins', async () => {
  await steps.cancel('d1', 'build', 1)
  expect(await steps.run({ ...counting(), rerunSafe: true })).toMatchObject({ outcome: 'interrupted' })
  expect(counted()).toEqual([])
})

test('closing a deployment ends its steps and lets none begin', async () => {
  const running = steps.run(counting())
  await eventually('the command', () => counted().length > 0)
  await steps.close('d1')
  expect(await running).toMatchObject({ outcome: 'interrupted' })
  await expect(steps.run({ ...counting(), name: 'migrate' })).rejects.toMatchObject({
    type: 'Fenced',
    nonRetryable: true,
  })
  expect(await steps.run({ ...step([js('0')]), deployment: 'd2' })).toMatchObject({ outcome: 'exited' })
})

test('in an activity it heartbeats, and obeys a cancellation', async () => {
  const environment = new MockActivityEnvironment()
  let beats = 0
  environment.on('heartbeat', () => beats++)
  const running = environment.run(steps.run, counting())
  const [pid = 0] = await eventually('the command', () => (counted().length > 0 ? counted() : null))
  await eventually('heartbeats', () => beats > 2)
  environment.cancel('CANCELLED', new ActivityCancellationDetails({ cancelRequested: true }))
  await expect(running).rejects.toMatchObject({ name: 'CancelledFailure' })
  expect(entryOf(pid)).toBeNull()
})

test('a worker that shuts down leaves its step to the next one', async () => {
  const environment = new MockActivityEnvironment()
  const running = environment.run(steps.run, counting())
  const [pid = 0] = await eventually('the command', () => (counted().length > 0 ? counted() : null))
  environment.cancel('WORKER_SHUTDOWN', new ActivityCancellationDetails({ workerShutdown: true }))
  await expect(running).rejects.toMatchObject({ name: 'CancelledFailure' })
  expect(entryOf(pid)).not.toBeNull()
  writeFileSync(join(root, 'go'), '')
  expect(await steps.run(counting())).toMatchObject({ outcome: 'exited', exitCode: 0 })
  expect(counted()).toHaveLength(1)
})

test.each(['../d1', '', 'a/b', '-d1', 'a\nb', 'a\0b', 'x'.repeat(300)])('the name %j is refused', async (name) => {
  await expect(steps.run({ ...counting(), deployment: name })).rejects.toMatchObject({
    type: 'Invalid',
    nonRetryable: true,
  })
  await expect(steps.run({ ...counting(), name })).rejects.toMatchObject({ type: 'Invalid', nonRetryable: true })
})

function stepsWith(secrets: Record<string, string>): Steps {
  return createSteps({ root, clock: () => new Date(), environment: { PATH: process.env.PATH, ...secrets } })
}

function step(commands: string[][]): Step {
  return { deployment: 'd1', name: 'build', try: 1, commands, cwd: root, timeoutMs: 60_000, silenceMs: null }
}

function counting(attempt = 1): Step {
  const program = join(fixtures, 'counting-command.ts')
  return { ...step([[process.execPath, program, join(root, 'counter'), join(root, 'go')]]), try: attempt }
}

function js(code: string): string[] {
  return [process.execPath, '-e', code]
}

function directory(attempt = 1): string {
  return join(root, 'steps', 'd1', 'build', String(attempt))
}

/** The pid of each run of the counting command. */
function counted(): number[] {
  const counter = join(root, 'counter')
  return existsSync(counter) ? readFileSync(counter, 'utf8').trim().split('\n').map(Number) : []
}

function runnerPid(): number {
  return JSON.parse(readFileSync(join(directory(), 'runner.json'), 'utf8')).pid
}

function stepPids(): number[] {
  const marked = listProcesses().filter((entry) => environmentOf(entry.pid)?.get('BELAY_STEP')?.startsWith(root))
  return marked.map((entry) => entry.pid)
}

function worker(given: Step): ChildProcess {
  return spawn(process.execPath, [join(fixtures, 'run-step.ts'), root, JSON.stringify(given)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

async function resultOf(child: ChildProcess): Promise<unknown> {
  let text = ''
  child.stdout?.on('data', (chunk) => {
    text += chunk
  })
  await once(child, 'close')
  return JSON.parse(text)
}
