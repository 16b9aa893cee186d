import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { entryOf, listProcesses, workingDirectoryOf } from '../../activities/process/proc.ts'
import type { ServiceProcess } from '../../src/domain/plan.ts'
import { eventually } from '../support/eventually.ts'
import { kept, serviceHost } from './service-host.ts'

vi.setConfig({ testTimeout: 60_000 })

let host: Awaited<ReturnType<typeof serviceHost>>

beforeEach(async () => {
  host = await serviceHost()
})

afterEach(() => host.end())

test('what runs is stopped, and stopping what is stopped is proven too', async () => {
  await start([kept('web'), kept('api')])
  expect(host.marked()).toHaveLength(2)
  expect(await stop(host.releases.one)).toEqual({ proven: true, remaining: [] })
  expect(host.marked()).toEqual([])
  expect(await stop(host.releases.one)).toEqual({ proven: true, remaining: [] })
})

test('one that ignores SIGTERM is killed after its time', async () => {
  await start([kept('web', ['stubborn'])])
  expect(await stop(host.releases.one)).toMatchObject({ proven: true })
  expect(host.marked()).toEqual([])
})

test('a child that changed its session and directory is found and ended', async () => {
  await start([kept('web', ['wanderer'])])
  await eventually('the child', () => host.marked().length === 2)
  const child = host.marked().find((pid) => workingDirectoryOf(pid) === '/')
  expect(await stop(host.releases.one)).toMatchObject({ proven: true })
  expect(entryOf(child ?? 0)).toBeNull()
})

test('a child that outlives its parent is found and ended', async () => {
  const [web] = await start([kept('web', ['wanderer'])])
  await eventually('the child', () => host.marked().length === 2)
  process.kill(web?.pid ?? 0, 'SIGKILL')
  await eventually('the end of its parent', () => host.marked().length === 1)
  expect(await stop(null)).toMatchObject({ proven: true })
  expect(host.marked()).toEqual([])
})

test('a child without any mark is found by the session it shares', async () => {
  const [web] = await start([kept('web', ['orphan'])])
  const child = await eventually('the child', () => listProcesses().find((entry) => entry.parent === web?.pid))
  expect(await stop(host.releases.one)).toMatchObject({ proven: true })
  expect(entryOf(child.pid)).toBeNull()
})

test('a process that no plan names any more is stopped with the service', async () => {
  await start([kept('web'), kept('retired')])
  expect(await stop(null, [kept('web')])).toMatchObject({ proven: true })
  expect(host.marked()).toEqual([])
})

test('another release is left alone', async () => {
  const [two] = await start([kept('web')], host.releases.two)
  expect(await stop(host.releases.one)).toMatchObject({ proven: true })
  expect(host.marked()).toEqual([two?.pid])
})

test('a stranger who works in the release is reported and never ended; gone, the stop is proven', async () => {
  await start([kept('web')])
  const stranger = host.stranger(host.releases.one)
  const proof = await stop(host.releases.one)
  expect(proof).toMatchObject({ proven: false, remaining: [{ pid: stranger }] })
  expect(entryOf(stranger)).not.toBeNull()
  expect(await stop(host.releases.two)).toMatchObject({ proven: true })
  process.kill(stranger, 'SIGKILL')
  expect(await stop(host.releases.one)).toEqual({ proven: true, remaining: [] })
})

test('a process elsewhere with a service of another name is not touched', async () => {
  const env = { BELAY_PROCESS: 'shop/production/d1', BELAY_RELEASE_DIRECTORY: host.releases.one }
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { cwd: '/', env, detached: true })
  expect(await stop(null)).toMatchObject({ proven: true })
  expect(entryOf(other.pid ?? 0)).not.toBeNull()
  other.kill('SIGKILL')
})

test('the same service on another host of this machine is not touched', async () => {
  const other = await serviceHost()
  const input = { order: other.order, processes: [kept('web')], role: 'application', env: {} } as const
  const { started } = await other.activities.startProcesses({ ...input, releaseDirectory: other.releases.one })
  await start([kept('web')])
  expect(await stop(null)).toMatchObject({ proven: true })
  expect(host.marked()).toEqual([])
  expect(other.marked()).toEqual(started.map((each) => each.pid))
  other.end()
})

test('a step of Belay that works in the release goes on, and does not spoil the proof', async () => {
  const go = join(host.directory, 'go')
  const wait = `setInterval(() => { if (require('fs').existsSync('${go}')) process.exit(0) }, 20)`
  const limits = { timeoutMs: 60_000, silenceMs: null }
  const step = {
    deployment: 'd1',
    name: 'build',
    try: 1,
    commands: [[process.execPath, '-e', wait]],
    cwd: host.releases.one,
    ...limits,
  }
  const running = host.steps.run(step)
  await eventually('the step', () => listProcesses().some(({ pid }) => workingDirectoryOf(pid) === host.releases.one))
  expect(await stop(host.releases.one)).toEqual({ proven: true, remaining: [] })
  writeFileSync(go, '')
  expect(await running).toMatchObject({ outcome: 'exited', exitCode: 0 })
})

async function start(processes: ServiceProcess[], releaseDirectory = host.releases.one) {
  const input = { order: host.order, processes, role: 'application', releaseDirectory, env: {} } as const
  return (await host.activities.startProcesses(input)).started
}

async function stop(releaseDirectory: string | null, processes = [kept('web'), kept('api')]) {
  return await host.activities.stopProcesses({ order: host.order, processes, releaseDirectory })
}
