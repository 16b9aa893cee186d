import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sha256Of } from '../../activities/disk/sha256.ts'
import { createProcessActivities } from '../../activities/process/activities.ts'
import { completeSwitch } from '../../activities/switch/activities.ts'
import { valueAt } from '../../activities/switch/ask-service.ts'
import type { ServiceProcess } from '../../src/domain/plan.ts'
import { eventually } from '../support/eventually.ts'
import { type SwitchHost, switchHost } from './switch-host.ts'

let host: SwitchHost
let service: Server
let said: unknown
beforeEach(async () => {
  host = switchHost()
  service = createServer((_, response) => response.end(JSON.stringify(said)))
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  await stopped()
  service.close()
  host.end()
})

describe('the configuration is proven', () => {
  test('by the service itself, and not when it says something else', async () => {
    const { order, files, expected } = await switched()
    const loaded = files.map((file) => ({ ...file, loaded: { http: address(), json: '$.hashes[0]' } }))
    const asked = { order, files: loaded.slice(0, 1), expected: expected.slice(0, 1) }
    said = { hashes: [expected[0]?.sha256] }
    expect(await host.activities.proveConfiguration(asked)).toMatchObject({ proven: true, by: 'service' })
    said = { hashes: ['of yesterday'] }
    const stale = await host.activities.proveConfiguration(asked)
    expect(stale).toMatchObject({ proven: false, by: 'service', detail: expect.stringContaining('of yesterday') })
  })

  test('by processes that began after it was there', async () => {
    const { order, files, expected, releaseDirectory } = await switched()
    await started(order, releaseDirectory)
    const asked = { order, files, expected }
    const found = await host.activities.proveConfiguration(asked)
    expect(found).toMatchObject({ proven: true, by: 'file and process start' })
  })

  test('not by processes that were there before it', async () => {
    const first = await switched()
    await started(first.order, first.releaseDirectory)
    await host.host.finishHost({ order: first.order, records: [] })
    // More than the tolerance between the clock and the kernel's ticks.
    const since = Date.now()
    await eventually('the clock to go on', () => Date.now() - since > 300)
    const second = await switched('1.1.0', 'd-2')
    const found = await host.activities.proveConfiguration(second)
    expect(found).toMatchObject({ proven: false, detail: expect.stringContaining('start after') })
  })

  test('not by a file that is another one, and not by processes that are not there', async () => {
    const { order, files, expected } = await switched()
    const asked = { order, files, expected }
    expect(await host.activities.proveConfiguration(asked)).toMatchObject({ proven: false, detail: 'not running: web' })
    writeFileSync(join(host.directory, 'config.json'), 'edited')
    const edited = { proven: false, detail: expect.stringContaining(sha256Of('edited').slice(0, 12)) }
    expect(await host.activities.proveConfiguration(asked)).toMatchObject(edited)
  })
})

describe('the serving release is proven', () => {
  const release = { version: '1.0.0', commit: 'a'.repeat(40) }

  test.each([
    [{ version: '1.0.0' }, true],
    [{ version: 'a'.repeat(40) }, true],
    [{ version: '0.9.0' }, false],
    [{ other: '1.0.0' }, false],
  ])('by what the service says: %j', async (reply, proven) => {
    const { order, releaseDirectory } = await switched()
    said = reply
    const serving = { http: address(), json: '$.version' }
    const asked = { order, serving, processes: [], releaseDirectory, release }
    expect(await host.activities.proveServing(asked)).toMatchObject({ proven })
  })

  test('by the directory that its processes work in', async () => {
    const { order, releaseDirectory } = await switched()
    const asked = { order, serving: null, processes: [web], releaseDirectory, release }
    expect(await host.activities.proveServing(asked)).toMatchObject({ proven: false })
    await started(order, releaseDirectory)
    expect(await host.activities.proveServing(asked)).toMatchObject({ proven: true })
    const other = { ...asked, releaseDirectory: host.release('1.1.0') }
    expect(await host.activities.proveServing(other)).toMatchObject({ proven: false })
  })

  test('not by nothing at all', async () => {
    const { order, releaseDirectory } = await switched()
    const asked = { order, serving: null, processes: [], releaseDirectory, release }
    expect(await host.activities.proveServing(asked)).toMatchObject({ proven: false })
  })
})

test.each([
  ['$.version', '1'],
  ['$.hashes[1]', 'b'],
  ['$.deep.more-words', 2],
  ['$.none', undefined],
  ['$.version.length', undefined],
  ['$.constructor', undefined],
])('%s leads to %j', (path, value) => {
  expect(valueAt({ version: '1', hashes: ['a', 'b'], deep: { 'more-words': 2 } }, path)).toEqual(value)
})

describe('where a rollback goes', () => {
  test('is told with the known versions when it is not there', async () => {
    await host.deploy('1.0.0', 'd-1')
    await host.deploy('1.1.0', 'd-2')
    const order = await host.claim('r-1', true)
    const asked = host.activities.resolveTarget({ order, to: '0.1.0', deployment: null })
    await expect(asked).rejects.toMatchObject({ type: 'Invalid', message: expect.stringContaining('(1.1.0, 1.0.0)') })
  })

  test('leads over an unfinished deployment too, and a second one goes where the first was going', async () => {
    const first = await host.deploy('1.0.0', 'd-1')
    await host.prepare('1.1.0', 'd-2')
    const held = { over: ['d-2'], record: first }
    const order = orderLike('r-1')
    expect(await host.activities.resolveTarget({ order, to: '1.0.0', deployment: null })).toMatchObject(held)
    expect(await host.activities.resolveTarget({ order, to: null, deployment: 'd-2' })).toMatchObject(held)
    const next = { ...order, deployment: 'r-2' }
    expect(await host.activities.resolveTarget({ order: next, to: null, deployment: 'r-1' })).toMatchObject(held)
  })

  test('is nowhere where nothing was deployed', async () => {
    const order = await host.claim('r-1')
    const asked = host.activities.resolveTarget({ order, to: null, deployment: null })
    await expect(asked).rejects.toMatchObject({ type: 'Invalid' })
  })
})

test('a marker that is no marker is told, and never followed or waited for', async () => {
  const { order, markerFile } = await switched()
  expect(await host.activities.readMarker({ order, file: markerFile })).toMatchObject({
    marker: { version: '1.0.0' },
    problem: null,
  })
  writeFileSync(markerFile, '{"version":"1.0.0"}')
  const broken = await host.activities.readMarker({ order, file: markerFile })
  expect(broken).toMatchObject({ marker: null, problem: expect.stringContaining('the keys version') })
  const directory = mkdtempSync(join(host.root, 'marker-'))
  expect(await host.activities.readMarker({ order, file: directory })).toMatchObject({
    marker: null,
    problem: expect.stringContaining('a directory'),
  })
})

const web: ServiceProcess = {
  name: 'web',
  role: 'application',
  run: { by: 'keeper', command: [process.execPath, '-e', 'setInterval(() => {}, 1000)'], log: 'web.log', env: {} },
  stopTimeoutMs: 2_000,
  startTimeoutMs: 5_000,
}

async function switched(version = '1.0.0', deployment = 'd-1') {
  const base = host.plan(version, deployment)
  const prepared = await host.prepare(version, deployment, { layout: { ...base.layout, processes: [web] } })
  const { configuration } = await host.activities.switchRelease(prepared)
  const { order, plan, releaseDirectory } = prepared
  const expected = [...configuration]
  return { order, files: [...plan.configuration], expected, releaseDirectory, markerFile: plan.marker.file }
}

function processes() {
  const { environment, steps } = host
  return createProcessActivities({ host: 'app-1', clock: () => new Date(), environment, steps, completeSwitch })
}

let stopWith: (() => Promise<unknown>) | null = null

async function started(order: Awaited<ReturnType<SwitchHost['claim']>>, releaseDirectory: string): Promise<void> {
  const activities = processes()
  stopWith = async () => {
    const held = await host.host.claimHost({
      order: { ...order, deployment: 'end', runId: 'end' },
      phase: 'end',
      takeOver: true,
    })
    const ending = { ...order, deployment: 'end', runId: 'end', fence: held.fence }
    return await activities.stopProcesses({ order: ending, processes: [web], releaseDirectory: null })
  }
  await activities.startProcesses({ order, processes: [web], role: 'application', releaseDirectory, env: {} })
}

async function stopped(): Promise<void> {
  await stopWith?.()
  stopWith = null
}

function address(): string {
  const at = service.address()
  if (typeof at !== 'object' || at === null) throw new Error('expected a port')
  return `http://127.0.0.1:${at.port}/health`
}

function orderLike(deployment: string) {
  const names = { service: 'shop', environment: 'production', host: 'app-1', directory: host.directory }
  return { protocol: 1 as const, deployment, runId: `run of ${deployment}`, fence: 0, ...names }
}
