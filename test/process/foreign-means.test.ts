import { chmodSync, copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { entryOf, workingDirectoryOf } from '../../activities/process/proc.ts'
import type { ServiceProcess } from '../../src/domain/plan.ts'
import { serviceHost, servicePath, serviceProcess } from './service-host.ts'

vi.setConfig({ testTimeout: 60_000 })

const print = `const f = 'daemon.pid'; if (fs.existsSync(f)) console.log(fs.readFileSync(f, 'utf8'))`
const end = `process.kill(Number(fs.readFileSync('daemon.pid', 'utf8')), 'SIGTERM')`

let host: Awaited<ReturnType<typeof serviceHost>>
const unitHosts: (typeof host)[] = []

beforeEach(async () => {
  host = await serviceHost()
  symlinkSync('releases/1.0.0', join(host.directory, 'current'))
})

afterEach(() => {
  for (const each of [host, ...unitHosts.splice(0)]) each.end()
})

test('a service with commands of its own is started, kept, looked at and stopped', async () => {
  const web = commands({})
  const started = await start([web])
  expect(started).toMatchObject([{ process: 'web', pid: pidOf(host.releases.one) }])
  expect(workingDirectoryOf(pidOf(host.releases.one))).toBe(host.releases.one)
  expect((await start([web]))[0]?.pid).toBe(started[0]?.pid)
  expect(await inspect([web])).toMatchObject({ running: [{ pid: started[0]?.pid }], missing: [] })
  expect(await stop([web])).toEqual({ proven: true, remaining: [] })
  expect(entryOf(started[0]?.pid ?? 0)).toBeNull()
  expect(await inspect([web])).toEqual({ running: [], missing: ['web'] })
  expect((await start([web]))[0]?.pid).not.toBe(started[0]?.pid)
})

test('a stop command that says it stopped is not believed', async () => {
  const [started] = await start([commands({})])
  expect(await stop([commands({ stop: `console.log('stopped')` })])).toEqual({ proven: true, remaining: [] })
  expect(entryOf(started?.pid ?? 0)).toBeNull()
})

test('a start command that says it started is not believed', async () => {
  const web = { ...commands({ start: ['sh', '-c', 'echo started'] }), startTimeoutMs: 500 }
  await expect(start([web])).rejects.toThrow('expected a pid after its start command, got none\nstarted')
})

test('a start command that fails says why', async () => {
  const web = commands({ start: [process.execPath, '-e', `console.log('port taken'); process.exit(9)`] })
  await expect(start([web])).rejects.toThrow('got exit code 9\nport taken')
})

test.each([`console.log('about to')`, `console.error('no access'); process.exit(1)`])(
  'a pid command that answers by %s proves nothing',
  async (pid) => {
    const asked = stop([commands({ pid })])
    await expect(asked).rejects.toMatchObject({ type: 'CommandFailed', nonRetryable: true })
  },
)

test('a pid command that ends like pgrep, with 1 and nothing to print, says that nothing runs', async () => {
  expect(await stop([commands({ pid: 'process.exit(1)' })])).toMatchObject({ proven: true })
})

test('a systemd unit is started, looked at, replaced after a new claim, and stopped', async () => {
  const { host: unitHost, unit } = await unitOn([process.execPath, servicePath])
  const input = { order: unitHost.order, processes: [unit], releaseDirectory: unitHost.releases.one }
  const { started } = await unitHost.activities.startProcesses({ ...input, role: 'application', env: {} })
  expect(workingDirectoryOf(started[0]?.pid ?? 0)).toBe(unitHost.releases.one)
  expect(await unitHost.activities.inspectProcesses(input)).toMatchObject({ running: [{ pid: started[0]?.pid }] })
  expect(
    await unitHost.activities.inspectProcesses({ ...input, releaseDirectory: unitHost.releases.two }),
  ).toMatchObject({ missing: ['web'] })
  expect(await unitHost.activities.stopProcesses({ ...input, releaseDirectory: unitHost.releases.two })).toMatchObject({
    proven: true,
  })
  expect(entryOf(started[0]?.pid ?? 0)).not.toBeNull()
  expect(await unitHost.activities.stopProcesses(input)).toEqual({ proven: true, remaining: [] })
  expect(entryOf(started[0]?.pid ?? 0)).toBeNull()
})

test('a systemd unit that ignores its stop is killed', async () => {
  const { host: unitHost, unit } = await unitOn([process.execPath, servicePath, 'stubborn'])
  const input = { order: unitHost.order, processes: [unit], releaseDirectory: unitHost.releases.one }
  await unitHost.activities.startProcesses({ ...input, role: 'application', env: {} })
  expect(await unitHost.activities.stopProcesses(input)).toEqual({ proven: true, remaining: [] })
})

test('a unit that is not installed is said so at its start, and is nothing to stop', async () => {
  const { host: unitHost } = await unitOn([process.execPath, servicePath])
  const input = {
    order: unitHost.order,
    processes: [serviceProcess('web', { by: 'systemd', unit: 'other.service' })],
    releaseDirectory: unitHost.releases.one,
  }
  await expect(unitHost.activities.startProcesses({ ...input, role: 'application', env: {} })).rejects.toMatchObject({
    type: 'Invalid',
  })
  expect(await unitHost.activities.stopProcesses(input)).toMatchObject({ proven: true })
})

function commands(given: { start?: string[]; stop?: string; pid?: string }): ServiceProcess {
  return serviceProcess('web', {
    by: 'commands',
    start: given.start ?? [process.execPath, servicePath, 'daemon'],
    stop: [process.execPath, '-e', given.stop ?? end],
    pid: [process.execPath, '-e', given.pid ?? print],
  })
}

/** A host where `systemctl` knows one unit. */
async function unitOn(command: string[]) {
  const home = join(host.directory, 'home')
  const bin = join(home, 'bin')
  mkdirSync(bin, { recursive: true })
  copyFileSync(resolve(import.meta.dirname, '../fixtures/systemctl'), join(bin, 'systemctl'))
  chmodSync(join(bin, 'systemctl'), 0o755)
  const unitHost = await serviceHost({ HOME: home, PATH: `${bin}${delimiter}${process.env.PATH}` })
  writeFileSync(join(home, 'unit.json'), JSON.stringify({ command, cwd: unitHost.releases.one }))
  unitHosts.push(unitHost)
  return { host: unitHost, unit: serviceProcess('web', { by: 'systemd', unit: 'shop.service' }) }
}

function pidOf(directory: string): number {
  return Number(readFileSync(join(directory, 'daemon.pid'), 'utf8'))
}

async function start(processes: ServiceProcess[]) {
  const input = {
    order: host.order,
    processes,
    role: 'application',
    releaseDirectory: host.releases.one,
    env: {},
  } as const
  return (await host.activities.startProcesses(input)).started
}

async function stop(processes: ServiceProcess[]) {
  return await host.activities.stopProcesses({ order: host.order, processes, releaseDirectory: host.releases.one })
}

async function inspect(processes: ServiceProcess[]) {
  return await host.activities.inspectProcesses({ order: host.order, processes, releaseDirectory: host.releases.one })
}
