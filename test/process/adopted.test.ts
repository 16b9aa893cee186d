import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { forgetAdopted, lostAdopted, noteAdopted } from '../../activities/process/adopted.ts'
import { entryOf, listProcesses } from '../../activities/process/proc.ts'
import type { HostOrder } from '../../src/domain/host.ts'
import { eventually } from '../support/eventually.ts'
import { isRunning } from '../support/is-running.ts'
import { type ByHand, byHand, endAll } from './by-hand.ts'
import { kept, serviceHost, servicePath } from './service-host.ts'

vi.setConfig({ testTimeout: 60_000 })

let host: Awaited<ReturnType<typeof serviceHost>>
const started: ByHand[] = []

beforeEach(async () => {
  host = await serviceHost()
})

afterEach(() => {
  endAll(started.splice(0))
  host.end()
})

test('an adopted process is looked at and stopped like one of its own; the shell it shares a session with is not', async () => {
  const { shell, pid } = await service()
  await adopted(pid)
  const asked = { order: host.order, processes: [kept('web')], releaseDirectory: host.releases.one }
  expect(await host.activities.inspectProcesses(asked)).toMatchObject({ running: [{ process: 'web', pid }] })
  expect(await stopped()).toEqual({ proven: true, remaining: [] })
  expect(isRunning(pid)).toBe(false)
  expect(isRunning(shell)).toBe(true)
})

test('its children end with it, those too that took another session', async () => {
  const { pid } = await service('wanderer')
  const child = await eventually('the child', () => listProcesses().find((entry) => entry.parent === pid))
  await adopted(pid)
  expect(await stopped()).toMatchObject({ proven: true })
  expect(isRunning(child.pid)).toBe(false)
})

test('who merely works in the directory is told of and never ended', async () => {
  const { pid } = await service()
  const somebody = host.stranger(host.releases.one)
  await adopted(pid)
  expect(await stopped()).toMatchObject({ proven: false, remaining: [{ pid: somebody }] })
  expect(isRunning(pid)).toBe(false)
  expect(isRunning(somebody)).toBe(true)
})

test.each([
  ['another start under the same number', { startTicks: 1 }],
  ['a number from before the machine started anew', { bootId: 'another' }],
])('%s is not the adopted process and is never ended', async (_, reused) => {
  const { pid } = await service()
  await adopted(pid)
  const file = join(host.directory, '.belay', 'processes', 'web.json')
  const note = JSON.parse(readFileSync(file, 'utf8'))
  const other = host.stranger('/')
  const start = entryOf(other)?.startTicks ?? 0
  const named = { ...note.started, pid: other, startTicks: start, ...reused }
  writeFileSync(file, JSON.stringify({ ...note, started: named }))
  process.kill(pid, 'SIGKILL')
  await eventually('its end', () => !isRunning(pid))
  expect(await stopped()).toMatchObject({ proven: true })
  expect(isRunning(other)).toBe(true)
})

test('one that another supervisor starts again is told of: its stop is not proven', async () => {
  const elsewhere = join(host.directory, 'elsewhere')
  mkdirSync(elsewhere)
  const again = byHand({ loop: true, command: [process.execPath, servicePath], cwd: elsewhere })
  started.push(again)
  const pid = await again.pid()
  await adopted(pid)
  const proof = await stopped()
  expect(proof).toMatchObject({ proven: false, remaining: [{ command: expect.any(String) }] })
  expect(proof.remaining[0]?.pid).not.toBe(pid)
})

test('a process that Belay starts in its place takes over the note', async () => {
  const { pid } = await service()
  await adopted(pid)
  const input = { order: host.order, processes: [kept('web')], role: 'application', env: {} } as const
  const { started: now } = await host.activities.startProcesses({ ...input, releaseDirectory: host.releases.two })
  expect(now[0]?.pid).not.toBe(pid)
  expect(isRunning(pid)).toBe(false)
  expect(await stopped()).toMatchObject({ proven: true })
})

test('an adoption that fails leaves the note of the adoption before it, and forgets what only it has noted', async () => {
  const { pid } = await service()
  await adopted(pid)
  await finished(host.order)
  const noted = note()
  const again = await claimed('d2')
  await adopted(pid, again)
  await adopted(pid, again, 'worker')
  await forgotten(again)
  expect(note()).toEqual(noted)
  expect(note('worker')).toBeNull()
  expect(await stopped(again)).toEqual({ proven: true, remaining: [] })
})

test('an adoption that fails does not hide that what was adopted before has ended', async () => {
  const [first, second] = [await service(), await service()]
  await adopted(first.pid)
  await finished(host.order)
  process.kill(first.pid, 'SIGKILL')
  await eventually('its end', () => !isRunning(first.pid))
  const again = await claimed('d2')
  await adopted(second.pid, again)
  expect(await lostAdopted(again)).toEqual([])
  await forgotten(again)
  expect(await lostAdopted(again)).toEqual(['web'])
})

test('the note of an adoption that was ended from outside does not come back', async () => {
  const { pid } = await service()
  await adopted(pid)
  const next = await claimed('d2', true)
  await adopted(pid, next)
  await forgotten(next)
  expect(note()).toBeNull()
})

async function service(...behaviours: string[]): Promise<{ shell: number; pid: number }> {
  const made = byHand({ command: [process.execPath, servicePath, ...behaviours], cwd: host.releases.one })
  started.push(made)
  return { shell: made.shell, pid: await made.pid() }
}

async function adopted(pid: number, order = host.order, process = 'web'): Promise<void> {
  const startTicks = entryOf(pid)?.startTicks ?? 0
  const about = { process, pid, startTicks, startedAt: new Date().toISOString() }
  await noteAdopted(order, host.releases.one, about)
  await noteAdopted(order, host.releases.one, about)
}

async function forgotten(order: HostOrder): Promise<void> {
  await forgetAdopted(order)
  await forgetAdopted(order)
}

function note(process = 'web'): unknown {
  const file = join(host.directory, '.belay', 'processes', `${process}.json`)
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null
}

async function finished(order: HostOrder): Promise<void> {
  await host.hosts.finishHost({ order, records: null })
}

async function claimed(deployment: string, takeOver = false): Promise<HostOrder> {
  const order = { ...host.unclaimed, deployment, runId: deployment }
  return { ...order, ...(await host.hosts.claimHost({ order, phase: 'release', takeOver })) }
}

async function stopped(order = host.order) {
  return await host.activities.stopProcesses({ order, processes: [kept('web')], releaseDirectory: null })
}
