import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { entryOf } from '../../activities/process/proc.ts'
import type { Probe } from '../../src/domain/check.ts'
import { type Marker, markerText } from '../../src/domain/marker.ts'
import type { ServiceProcess } from '../../src/domain/plan.ts'
import { eventually } from '../support/eventually.ts'
import { afterThisTest, closedPort, orderOf, portOf, sampleOnce } from './fixtures.ts'

let directory: string
beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'belay-host-')))
})
afterEach(() => {
  rmSync(directory, { recursive: true, force: true })
})

describe('command', () => {
  test('passes with exit code 0, in the release directory', async () => {
    const sample = await run([process.execPath, '-e', `require('fs').writeFileSync('here', process.cwd())`])
    expect(sample).toMatchObject({ verdict: 'passed', host: 'app-1', reason: { got: 'exit code 0', evidence: [] } })
    expect(readFileSync(join(directory, 'here'), 'utf8')).toBe(directory)
  })

  test('fails with any other, its last lines being the evidence', async () => {
    const print = `for (const n of [1, 2, 3, 4, 5, 6, 7]) console.error('line ' + n)`
    const sample = await run([process.execPath, '-e', `${print}; process.exitCode = 3`])
    expect(sample).toMatchObject({ verdict: 'failed', reason: { got: 'exit code 3' } })
    expect(sample.reason.evidence).toEqual(['line 3', 'line 4', 'line 5', 'line 6', 'line 7'])
  })

  test('that was killed says by what', async () => {
    const sample = await run([process.execPath, '-e', `process.kill(process.pid, 'SIGKILL')`])
    expect(sample).toMatchObject({ verdict: 'failed', reason: { got: 'its end by SIGKILL (was killed)' } })
  })

  test('that does not exist is an error in the check', async () => {
    expect(await run(['no-such-program-of-ours'])).toMatchObject({ verdict: 'error' })
  })

  test('arguments are words, never a shell line', async () => {
    const sample = await run([
      process.execPath,
      '-e',
      'process.exit(process.argv[1] === "$(touch x); touch x" ? 0 : 1)',
      '$(touch x); touch x',
    ])
    expect(sample.verdict).toBe('passed')
    expect(existsSync(join(directory, 'x'))).toBe(false)
  })

  test('that does not end is ended with all it has started, those too that ignore SIGTERM', async () => {
    // Shells are there at once: two programs that take a second to start would not be there in time.
    const child = `trap "" TERM; echo $$ > pids; exec sleep 1000`
    const sampling = run(['sh', '-c', `sh -c '${child}' & wait`], 1_500)
    const pid = await eventually('the grandchild', () => pidIn('pids'))
    expect(await sampling).toMatchObject({ verdict: 'failed', reason: { got: 'no answer within 1500 ms' } })
    await eventually('all to have ended', () => entryOf(pid) === null)
  })

  test('what it leaves running ends with it', async () => {
    const child = `require('fs').writeFileSync('pids', String(process.pid)); setInterval(() => {}, 1000)`
    const script = `
      require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' }).unref()
      const timer = setInterval(() => require('fs').existsSync('pids') && process.exit(0), 10)`
    expect(await run([process.execPath, '-e', script], 20_000)).toMatchObject({ verdict: 'passed' })
    const pid = await eventually('the grandchild', () => pidIn('pids'))
    await eventually('it to have ended', () => entryOf(pid) === null)
  })

  test('ten megabytes of output leave five lines', async () => {
    const script = `process.stdout.write('x'.repeat(10_000_000) + '\\nlast\\n', () => process.exit(1))`
    const sample = await run([process.execPath, '-e', script], 30_000)
    expect(sample.verdict).toBe('failed')
    expect(sample.reason.evidence.at(-1)).toBe('last')
    expect(JSON.stringify(sample).length).toBeLessThan(3_000)
  })

  test('it gets none of the worker’s secrets, and a reference in an argument never shows', async () => {
    const probe = {
      kind: 'command',
      command: [
        process.execPath,
        '-e',
        'console.log(process.argv[1], process.env.API_TOKEN); process.exit(1)',
        '${env:API_TOKEN}',
      ],
    } as const
    const context = { order: orderOf(directory), releaseDirectory: directory }
    const sample = await sampleOnce(probe, { context, environment: { API_TOKEN: 'canary-9c9c' } })
    expect(sample.reason.evidence).toEqual(['[redacted] undefined'])
  })

  async function run(command: string[], timeoutMs = 10_000) {
    const context = { order: orderOf(directory), releaseDirectory: directory }
    return await sampleOnce({ kind: 'command', command }, { context, timeoutMs })
  }

  function pidIn(name: string): number | null {
    const path = join(directory, name)
    return (existsSync(path) && Number(readFileSync(path, 'utf8'))) || null
  }
})

describe('tcp', () => {
  test('somebody who listens passes, nobody fails', async () => {
    const server = createServer((socket) => socket.end())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    afterThisTest(() => {
      server.close()
    })
    expect(await sampleOnce(tcp(portOf(server.address())))).toMatchObject({ verdict: 'passed' })
    const away = await sampleOnce(tcp(await closedPort()))
    expect(away).toMatchObject({ verdict: 'failed', reason: { got: 'connection refused' } })
  })

  function tcp(port: number): Probe {
    return { kind: 'tcp', host: '127.0.0.1', port }
  }
})

describe('process', () => {
  const web: ServiceProcess = {
    name: 'web',
    role: 'application',
    run: { by: 'keeper', command: ['node', 'web.js'], log: 'web.log', env: {} },
    stopTimeoutMs: 1_000,
    startTimeoutMs: 1_000,
  }
  const started = { process: 'web', pid: 42, startTicks: 7, startedAt: '2026-03-01T12:00:00Z' }

  test('that runs from the release passes', async () => {
    const sample = await ask('web', () => Promise.resolve({ running: [started], missing: [] }))
    expect(sample).toMatchObject({ verdict: 'passed', reason: { got: 'pid 42 since 2026-03-01T12:00:00Z' } })
  })

  test('that is missing fails', async () => {
    const sample = await ask('web', () => Promise.resolve({ running: [], missing: ['web'] }))
    expect(sample).toMatchObject({ verdict: 'failed', reason: { got: 'not running' } })
  })

  test('of which nothing is known did not pass', async () => {
    expect(await ask('web', () => Promise.resolve({ running: [], missing: [] }))).toMatchObject({ verdict: 'failed' })
    expect(await ask('cron', () => Promise.resolve({ running: [], missing: [] }))).toMatchObject({ verdict: 'error' })
    expect(await ask('web', () => Promise.reject(new Error('no /proc')))).toMatchObject({ verdict: 'error' })
  })

  test('whoever is asked and never answers is an error', async () => {
    expect(await ask('web', () => new Promise(() => undefined))).toMatchObject({ verdict: 'error' })
  })

  async function ask(
    name: string,
    inspectProcesses: () => Promise<{ running: (typeof started)[]; missing: string[] }>,
  ) {
    const context = { order: orderOf(directory), releaseDirectory: directory, processes: [web] }
    return await sampleOnce({ kind: 'process', process: name }, { context, inspectProcesses, timeoutMs: 500 })
  }
})

describe('marker', () => {
  const expected: Marker = {
    version: '1.2.3',
    timestamp: '2026-03-01T12:00:00Z',
    commit: 'abc123',
    environment: 'production',
    deployed_by: 'ci',
  }

  test('that says what was deployed passes, however it is spaced', async () => {
    expect(await compare(markerText(expected))).toMatchObject({ verdict: 'passed' })
    expect(await compare(JSON.stringify(expected))).toMatchObject({ verdict: 'passed' })
  })

  test.each([
    ['of another version', JSON.stringify({ ...expected, version: '1.2.2' })],
    ['with a key too many', JSON.stringify({ ...expected, extra: 1 })],
    ['with a key too few', JSON.stringify({ ...expected, commit: undefined })],
    ['that is not JSON', 'version: 1.2.3'],
    ['that is empty', ''],
  ])('%s fails', async (_, text) => {
    expect(await compare(text)).toMatchObject({ verdict: 'failed' })
  })

  test('that is not there fails, unless there must be none', async () => {
    expect(await compare(null)).toMatchObject({ verdict: 'failed', reason: { got: 'no marker' } })
    expect(await compare(null, null)).toMatchObject({ verdict: 'passed' })
    expect(await compare(markerText(expected), null)).toMatchObject({ verdict: 'failed' })
  })

  test('behind a symlink, or a directory, is an error', async () => {
    writeFileSync(join(directory, 'real'), markerText(expected))
    symlinkSync(join(directory, 'real'), join(directory, 'marker'))
    expect(await compare(null)).toMatchObject({ verdict: 'error' })
    rmSync(join(directory, 'marker'))
    mkdirSync(join(directory, 'marker'))
    expect(await compare(null)).toMatchObject({ verdict: 'error' })
  })

  async function compare(text: string | null, wanted: Marker | null = expected) {
    const file = join(directory, 'marker')
    if (text !== null) writeFileSync(file, text)
    const context = { order: orderOf(directory), marker: { file, expected: wanted } }
    return await sampleOnce({ kind: 'marker' }, { context })
  }
})
