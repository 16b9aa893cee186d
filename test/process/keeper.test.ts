import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { entryOf, environmentOf, identityOf, workingDirectoryOf } from '../../activities/process/proc.ts'
import type { ServiceProcess } from '../../src/domain/plan.ts'
import { eventually } from '../support/eventually.ts'
import { kept, serviceHost, servicePath, serviceProcess } from './service-host.ts'

vi.setConfig({ testTimeout: 60_000 })

let host: Awaited<ReturnType<typeof serviceHost>>

beforeEach(async () => {
  host = await serviceHost({ VAULT: 'hunter2-hunter2' })
})

afterEach(() => host.end())

test('a kept process works in the release, in a session of its own, and appends to its log', async () => {
  writeFileSync(join(host.directory, 'web.log'), 'before\n')
  symlinkSync('releases/1.0.0', join(host.directory, 'current'))
  const [web] = await start([kept('web')], join(host.directory, 'current'))
  const pid = web?.pid ?? 0
  expect(workingDirectoryOf(pid)).toBe(host.releases.one)
  expect(entryOf(pid)).toMatchObject({ session: pid, group: pid, startTicks: web?.startTicks })
  expect(environmentOf(pid)?.get('BELAY_PROCESS')).toBe('shop/prod/d1')
  await eventually(
    'its line',
    () => readFileSync(join(host.directory, 'web.log'), 'utf8') === 'before\nserving, given nothing\n',
  )
})

test('only the processes of the role are started, and starting again keeps them', async () => {
  const both = [kept('web'), kept('mailer', [], 'worker')]
  const first = await start(both)
  expect(first.map((each) => each.process)).toEqual(['web'])
  expect(await start(both)).toEqual(first)
  const looked = await host.activities.inspectProcesses({
    order: host.order,
    processes: both,
    releaseDirectory: host.releases.one,
  })
  expect(looked).toEqual({ running: first, missing: ['mailer'] })
  expect(host.marked()).toHaveLength(1)
})

test('it gets what it asks for, secrets too, and nothing else of the agent', async () => {
  const [web] = await start([asking({ GIVEN: '${env:VAULT}' })])
  const environment = environmentOf(web?.pid ?? 0)
  expect(environment?.get('GIVEN')).toBe('hunter2-hunter2')
  expect(environment?.has('VAULT')).toBe(false)
  await expect(start([asking({ GIVEN: '${env:NOT_THERE}' }, 'other')])).rejects.toMatchObject({ type: 'Invalid' })
})

test('one that ends at once is a failure with the end of its log, without the secret', async () => {
  // A shell is there at once: a start is watched for less than a second.
  const broken = 'echo cannot start with "$GIVEN" >&2; exit 4'
  const run = {
    by: 'keeper',
    command: ['sh', '-c', broken],
    log: 'web.log',
    env: { GIVEN: '${env:VAULT}' },
  } as const
  const started = start([serviceProcess('web', run)])
  await expect(started).rejects.toMatchObject({ type: 'CommandFailed', nonRetryable: true })
  await expect(started).rejects.toThrow('exit code 4\ncannot start with [redacted]')
})

test('a program or release that is not there is said so', async () => {
  const run = { by: 'keeper', command: ['no-such-program-of-ours'], log: 'web.log', env: {} } as const
  await expect(start([serviceProcess('web', run)])).rejects.toThrow('cannot start no-such-program-of-ours')
  await expect(start([kept('web')], join(host.directory, 'releases', '9.9.9'))).rejects.toMatchObject({
    type: 'Invalid',
  })
})

test.each(['link', 'directory'])('a log that is a %s is refused and left alone', async (what) => {
  writeFileSync(join(host.directory, 'foreign'), 'untouched')
  const log = join(host.directory, 'web.log')
  if (what === 'link') symlinkSync(join(host.directory, 'foreign'), log)
  else mkdirSync(log)
  await expect(start([kept('web')])).rejects.toMatchObject({ type: 'UnsafePath' })
  expect(readFileSync(join(host.directory, 'foreign'), 'utf8')).toBe('untouched')
})

test('a process outlives the worker that started it, and the next one keeps it', async () => {
  const first = workerThatStarts()
  const pid = await eventually('the process', () => host.marked()[0])
  first.kill('SIGKILL')
  await once(first, 'exit')
  expect(entryOf(pid)).not.toBeNull()
  expect((await start([kept('web')]))[0]?.pid).toBe(pid)
})

test('a worker killed anywhere in a start never makes two of one process', async () => {
  const file = join(host.directory, '.belay', 'processes', 'web.json')
  for (const killAt of ['noted', 'spawned', 'known']) {
    const worker = workerThatStarts()
    await eventually(killAt, () => {
      if (killAt === 'noted') return existsSync(file)
      if (killAt === 'spawned') return host.marked().length > 0
      return existsSync(file) && !readFileSync(file, 'utf8').includes('"started": null')
    })
    worker.kill('SIGKILL')
    await once(worker, 'exit')
    const [web] = await start([kept('web')])
    expect(host.marked()).toEqual([web?.pid])
    expect(await stop()).toEqual({ proven: true, remaining: [] })
    expect(existsSync(file)).toBe(false)
  }
})

test('a start that was noted but never written down is found by its token', async () => {
  const [web] = await start([kept('web')])
  const file = join(host.directory, '.belay', 'processes', 'web.json')
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), started: null }))
  expect((await start([kept('web')]))[0]?.pid).toBe(web?.pid)
  expect(host.marked()).toEqual([web?.pid])
})

test('two workers that start at once start one process', async () => {
  const answers = await Promise.all([workerThatStarts(), workerThatStarts()].map(answerOf))
  expect(answers[0]).toEqual(answers[1])
  expect(host.marked()).toHaveLength(1)
})

test('a process of another release is replaced, and so is one from before this claim', async () => {
  const [one] = await start([kept('web')])
  const [two] = await start([kept('web')], host.releases.two)
  expect(entryOf(one?.pid ?? 0)).toBeNull()
  expect(workingDirectoryOf(two?.pid ?? 0)).toBe(host.releases.two)
  await host.hosts.finishHost({ order: host.order, records: null })
  const next = { ...host.unclaimed, deployment: 'd2', runId: 'r2' }
  const { fence } = await host.hosts.claimHost({ order: next, phase: 'release', takeOver: false })
  const input = { order: { ...next, fence }, processes: [kept('web')], role: 'application', env: {} } as const
  const { started } = await host.activities.startProcesses({ ...input, releaseDirectory: host.releases.two })
  expect(started[0]?.pid).not.toBe(two?.pid)
  expect(host.marked()).toEqual([started[0]?.pid])
})

test('a number that was given to another process is not believed', async () => {
  const stranger = host.stranger('/')
  const identity = identityOf(stranger)
  await start([kept('web')])
  const file = join(host.directory, '.belay', 'processes', 'web.json')
  const before = JSON.parse(readFileSync(file, 'utf8'))
  process.kill(before.started.pid, 'SIGKILL')
  writeFileSync(
    file,
    JSON.stringify({ ...before, started: { ...identity, startTicks: (identity?.startTicks ?? 0) - 1 } }),
  )
  expect(
    await host.activities.inspectProcesses({ order: host.order, processes: [kept('web')], releaseDirectory: null }),
  ).toMatchObject({ missing: ['web'] })
  expect(await stop()).toEqual({ proven: true, remaining: [] })
  expect(identityOf(stranger)).toEqual(identity)
})

test('without the claim nothing is started or stopped', async () => {
  await start([kept('web')])
  const input = { order: host.unclaimed, processes: [kept('web')], releaseDirectory: host.releases.one }
  await expect(host.activities.stopProcesses(input)).rejects.toMatchObject({ type: 'Fenced' })
  await expect(host.activities.startProcesses({ ...input, role: 'application', env: {} })).rejects.toMatchObject({
    type: 'Fenced',
  })
  expect(host.marked()).toHaveLength(1)
})

test('nothing starts while a switch is half done', async () => {
  const broken = await serviceHost({}, () => Promise.reject(new Error('the switch cannot be completed')))
  const input = {
    order: broken.order,
    processes: [kept('web')],
    role: 'application',
    releaseDirectory: broken.releases.one,
    env: {},
  } as const
  await expect(broken.activities.startProcesses(input)).rejects.toThrow('the switch cannot be completed')
  expect(broken.marked()).toEqual([])
  broken.end()
})

test('a release that was removed under a running process is still found by the stop', async () => {
  await start([kept('web')])
  rmSync(host.releases.one, { recursive: true })
  expect(await stop()).toEqual({ proven: true, remaining: [] })
  expect(host.marked()).toEqual([])
})

function asking(env: Record<string, string>, name = 'web'): ServiceProcess {
  return serviceProcess(name, { by: 'keeper', command: [process.execPath, servicePath], log: `${name}.log`, env })
}

async function start(processes: ServiceProcess[], releaseDirectory = host.releases.one) {
  const input = { order: host.order, processes, role: 'application', releaseDirectory, env: {} } as const
  return (await host.activities.startProcesses(input)).started
}

async function stop() {
  return await host.activities.stopProcesses({
    order: host.order,
    processes: [kept('web')],
    releaseDirectory: host.releases.one,
  })
}

function workerThatStarts(): ChildProcess {
  const program = resolve(import.meta.dirname, '../fixtures/start-processes.ts')
  const input = {
    order: host.order,
    processes: [kept('web')],
    role: 'application',
    releaseDirectory: host.releases.one,
    env: {},
  }
  return spawn(process.execPath, [program, JSON.stringify(input)], { stdio: ['ignore', 'pipe', 'inherit'] })
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  let text = ''
  child.stdout?.on('data', (chunk) => {
    text += chunk
  })
  await once(child, 'close')
  return JSON.parse(text)
}
