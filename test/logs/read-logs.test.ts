import { appendFile, mkdir, readdir, readlink, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeJson } from '../../activities/disk/atomic.ts'
import { hostPaths } from '../../activities/host/paths.ts'
import { createLogActivities } from '../../activities/logs/activities.ts'
import { openStream } from '../../activities/logs/stream.ts'
import { createSteps } from '../../activities/step/steps.ts'
import type { LogCursor } from '../../src/domain/log/piece.ts'
import { planFor } from '../history/plan.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const secret = 'correct-horse-battery'
const dsn = 'staple-of-the-horse'

test('names are the steps of the deployment and the processes of the plans that are kept; nothing else can be read', async () => {
  const host = await openHost()
  await host.step('build', 'console.log("compiled")')
  const { logs } = await host.logs.listLogs(host.asked)
  expect(logs.map(({ name, kind, elsewhere }) => [name, kind, elsewhere])).toEqual([
    ['build', 'step', null],
    ['web', 'process', null],
    ['worker', 'process', 'journalctl --unit shop-worker.service'],
  ])
  expect((await host.read('build')).text).toBe('compiled\n')
  expect(await host.read('build')).toMatchObject({ ended: true, more: false })
  for (const name of ['../build', '/etc/passwd', 'other', '']) {
    await expect(host.read(name)).rejects.toThrow('expected a step or a process, one of: build, web, worker')
  }
  await expect(host.logs.listLogs({ ...host.asked, deployment: '../d-1' })).rejects.toThrow('deployment name')
  await expect(host.logs.listLogs({ ...host.asked, planDigests: ['../../etc'] })).rejects.toThrow(
    'name of a state file',
  )
  await expect(host.logs.listLogs({ ...host.asked, order: null })).rejects.toThrow('check the task queues')
})

test('the last lines come first, then only what is new; a line is told when it has ended', async () => {
  const host = await openHost()
  await writeFile(host.log, `${Array.from({ length: 30_000 }, (_, at) => `line ${at + 1}`).join('\n')}\n`)
  const last = await host.read('web', { lines: 3 })
  expect(last.text).toBe('line 29998\nline 29999\nline 30000\n')
  await appendFile(host.log, 'half')
  const waited = await host.read('web', { cursor: last.cursor, waitMs: 300 })
  expect(waited.text).toBe('')
  await appendFile(host.log, ' and whole\nnext')
  expect((await host.read('web', { cursor: waited.cursor, waitMs: 20_000 })).text).toBe('half and whole\n')
  expect((await host.read('web', { lines: 1 })).text).toBe('next')
})

test('a long log comes in pieces of at most 64 KB, and none of it is lost', async () => {
  const host = await openHost()
  const lines = Array.from({ length: 4_000 }, (_, at) => `${at} ${'x'.repeat(60)} é`)
  await writeFile(host.log, `${lines.join('\n')}\n`)
  let [cursor, text, pieces]: [LogCursor | null, string, number] = [null, '', 0]
  for (;;) {
    const piece = await host.read('web', { lines: 4_000, cursor })
    expect(Buffer.byteLength(piece.text)).toBeLessThanOrEqual(64 * 1024)
    ;[cursor, text, pieces] = [piece.cursor, text + piece.text, pieces + 1]
    if (!piece.more) break
  }
  expect(text.split('\n').slice(0, -1)).toEqual(lines)
  expect(pieces).toBeGreaterThan(3)
})

test('a secret is hidden, also where it lies across the end of a piece; escape sequences are gone', async () => {
  const host = await openHost()
  const start = `${'y'.repeat(64 * 1024 - 10)}${secret}${'z'.repeat(20)}\n\u001b[31mred\u001b[0m ${secret}\u0007\n`
  await writeFile(host.log, start)
  const first = await host.read('web')
  const second = await host.read('web', { cursor: first.cursor })
  expect(`${first.text}${second.text}`).not.toMatch(/correct|battery|horse/)
  expect(first.text.endsWith('[redacted]')).toBe(true)
  expect(second.text.split('\n').slice(1)).toEqual(['red [redacted]\uFFFD', ''])
})

test('secrets of plain names are hidden in the log of every process, and in a start command that writes its file itself', async () => {
  const host = await openHost()
  await writeFile(host.log, `pin ${secret}, dsn ${dsn} open\n`)
  expect((await host.read('web')).text).toBe('pin [redacted], dsn [redacted] open\n')
  await host.step('start.batch', `console.log("dsn ${dsn} open")`, { leavesProcesses: true })
  expect((await host.read('start.batch')).text).toBe('dsn [redacted] open\n')
  // Of the version of record as well: what it printed is in the same file.
  const asked = { ...host.asked, planDigests: [], cursor: null, lines: 1, waitMs: 0 }
  expect((await host.logs.readLog({ ...asked, name: 'start.batch' })).text).toContain(dsn)
  await writeJson(hostPaths(host.asked.order.directory).records, [host.record])
  expect((await host.logs.readLog({ ...asked, name: 'start.batch' })).text).toBe('dsn [redacted] open\n')
})

test('a log that is rotated or truncated goes on, and says so where something may be missing', async () => {
  const host = await openHost()
  await writeFile(host.log, 'one\n')
  const one = await host.read('web')
  await appendFile(host.log, 'two\n')
  await rename(host.log, `${host.log}.1`)
  await writeFile(host.log, 'three\n')
  const two = await host.read('web', { cursor: one.cursor })
  const three = await host.read('web', { cursor: two.cursor })
  expect([two.text, two.note, three.text, three.note]).toEqual(['two\n', null, 'three\n', null])

  await truncate(host.log)
  await appendFile(host.log, '4\n')
  const four = await host.read('web', { cursor: three.cursor })
  expect(four).toMatchObject({ text: '4\n', note: 'the log was truncated: from its beginning' })

  await writeFile(`${host.log}.new`, 'five\n')
  await rename(`${host.log}.new`, host.log)
  expect(await host.read('web', { cursor: four.cursor })).toMatchObject({
    text: 'five\n',
    note: 'the log was replaced: from its beginning',
  })
})

test('a log that is gone is said once and waited for, and read when it is back', async () => {
  const host = await openHost()
  await writeFile(host.log, 'one\n')
  const one = await host.read('web')
  await rm(host.log)
  const gone = await host.read('web', { cursor: one.cursor, waitMs: 20_000 })
  expect(gone).toMatchObject({ text: '', more: false, note: 'the log is gone: what comes under its name will be read' })
  expect(await host.read('web', { cursor: gone.cursor })).toEqual({ ...gone, note: null })
  const waiting = host.read('web', { cursor: gone.cursor, waitMs: 20_000 })
  await writeFile(`${host.log}.new`, 'two\n')
  await rename(`${host.log}.new`, host.log)
  expect(await waiting).toMatchObject({ text: 'two\n', note: 'the log was replaced: from its beginning' })
})

test('a log of which one part cannot be opened leaves nothing open', async () => {
  const directory = await temporaryDirectory()
  const file = join(directory, 'output')
  await writeFile(file, 'one\n')
  await expect(openStream([file, directory], null)).rejects.toThrow('expected a regular file')
  await expect(openStream([directory, file], null)).rejects.toThrow('expected a regular file')
  expect(await openFiles()).not.toContain(file)
  const stream = await openStream([file], null)
  expect(await openFiles()).toContain(file)
  await stream.close()
})

/** What this process has open. */
async function openFiles() {
  const numbers = await readdir('/proc/self/fd')
  return await Promise.all(numbers.map((number) => readlink(`/proc/self/fd/${number}`).catch(() => null)))
}

test('waiting returns as soon as there is something, and many readers do not wait at all', async () => {
  const host = await openHost()
  await writeFile(host.log, 'one\n')
  const { cursor } = await host.read('web')
  const waiting = Array.from({ length: 20 }, () => host.read('web', { cursor, waitMs: 30_000 }))
  const oneMore = await host.read('web', { cursor, waitMs: 30_000 })
  expect(oneMore.text).toBe('')
  await appendFile(host.log, 'two\n')
  expect((await Promise.all(waiting)).map((piece) => piece.text)).toEqual(Array.from({ length: 20 }, () => 'two\n'))
})

test('a log that is no file is said, and never waited for', async () => {
  const host = await openHost()
  expect(await host.read('web')).toMatchObject({ text: '', cursor: null, more: false })
  await symlink('/dev', host.log)
  await expect(host.read('web')).rejects.toThrow('expected a regular file')
})

/** A host with one kept plan, a step runner, and a service's log. */
async function openHost() {
  const root = await temporaryDirectory()
  const directory = join(root, 'app')
  const log = join(directory, 'log/web.log')
  await mkdir(join(directory, 'log'), { recursive: true })
  await mkdir(join(directory, '.belay/plans'), { recursive: true })
  const plan = { ...planFor(), digest: 'f'.repeat(64) }
  const process = { role: 'application', stopTimeoutMs: 1_000, startTimeoutMs: 1_000 } as const
  const web = { by: 'keeper', command: ['node'], log: 'log/web.log', env: { PIN: '${env:SHOP_PIN}' } } as const
  const processes = [
    { ...process, name: 'web', run: web },
    { ...process, name: 'worker', run: { by: 'systemd', unit: 'shop-worker.service' } as const },
  ]
  const notify = [{ url: '${env:SHOP_DSN}', secret: null, on: [] }]
  const kept = { ...plan, notify, layout: { ...plan.layout, processes } }
  await writeJson(hostPaths(directory).plan(plan.digest), kept)
  const environment = { PATH: globalThis.process.env.PATH, SHOP_PIN: secret, SHOP_DSN: dsn }
  const logs = createLogActivities({ host: 'app-1', root, environment })
  const steps = createSteps({ root, clock: () => new Date(), environment })
  const order = {
    protocol: 1,
    service: plan.service,
    environment: plan.environment,
    host: 'app-1',
    deployment: 'd-1',
    runId: 'run',
    fence: 0,
    directory,
  } as const
  const asked = { deployment: 'd-1', planDigests: [plan.digest], order }
  const read = (name: string, rest: { cursor?: LogCursor | null; lines?: number; waitMs?: number } = {}) =>
    logs.readLog({ ...asked, name, cursor: null, lines: 100, waitMs: 0, ...rest })
  const record = {
    deployment: 'd-0',
    release: plan.release,
    releaseDirectory: root,
    planDigest: plan.digest,
    configuration: [],
    outcome: 'SUCCESS',
  }
  const step = (name: string, code: string, more: { leavesProcesses?: boolean } = {}) =>
    steps.run({
      deployment: 'd-1',
      name,
      try: 1,
      commands: [['node', '-e', code]],
      cwd: root,
      timeoutMs: 20_000,
      silenceMs: null,
      ...more,
    })
  return { logs, log, asked, record, read, step }
}
