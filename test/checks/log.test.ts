import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ageOfLine, timestampOf } from '../../activities/checks/log-growth.ts'
import type { Probe, Sample } from '../../src/domain/check.ts'
import { failureTypes } from '../../src/domain/failure.ts'
import { activitiesWith, contextOf, orderOf, sampleWith, specOf } from './fixtures.ts'

let directory: string
let file: string
let now: number
let activities: ReturnType<typeof activitiesWith>

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'belay-log-'))
  mkdirSync(join(directory, '.belay'))
  const claim = { deployment: 'd-1', runId: 'run-1', fence: 1, phase: 'release', since: '2026-03-01T12:00:00.000Z' }
  writeFileSync(join(directory, '.belay/claim.json'), JSON.stringify(claim))
  file = join(directory, 'worker.log')
  now = Date.parse('2026-03-01T12:00:00Z')
  activities = activitiesWith({ clock: () => new Date(now) })
})
afterEach(() => {
  rmSync(directory, { recursive: true, force: true })
})

describe('a line that must be absent', () => {
  test('fails the check once it was written since the positions were noted', async () => {
    append('ERROR of the old release\n')
    await noted()
    append('started\n')
    expect(await absent('ERROR')).toMatchObject({
      verdict: 'passed',
      host: 'app-1',
      reason: { got: 'none in 1 lines' },
    })
    append('ERROR cannot connect\nERROR again\n')
    expect(await absent('ERROR')).toMatchObject({
      verdict: 'failed',
      reason: { got: '2 matching in 3 lines', evidence: ['ERROR cannot connect', 'ERROR again'] },
    })
  })

  test('without a note everything counts: that is what the note is for', async () => {
    append('ERROR of the old release\n')
    expect(await absent('ERROR')).toMatchObject({ verdict: 'failed' })
  })

  test('noting again, before a rollback starts the old release, leaves the ill release behind', async () => {
    await noted()
    append('ERROR\n')
    expect(await absent('ERROR')).toMatchObject({ verdict: 'failed' })
    await noted()
    await noted()
    expect(await absent('ERROR')).toMatchObject({ verdict: 'passed' })
  })

  test('a check of another deployment, by hand, goes by the newest note on the host', async () => {
    append('ERROR of the old release\n')
    await noted()
    append('fine\n')
    const context = { order: { ...orderOf(directory), deployment: 'd-2' } }
    expect(await sampleWith(activities, log({ absent: 'ERROR' }), { context })).toMatchObject({ verdict: 'passed' })
  })

  test('a file that was rotated is read from its beginning', async () => {
    append('x'.repeat(10))
    await noted()
    renameSync(file, `${file}.1`)
    append('ERROR\n')
    expect(await absent('ERROR')).toMatchObject({ verdict: 'failed' })
  })

  test('a file that was truncated is read from its beginning, grown again too', async () => {
    append('a line of the old release\n')
    await noted()
    truncateSync(file)
    append('ERROR\n')
    expect(await absent('ERROR')).toMatchObject({ verdict: 'failed' })
    append('much longer than the file ever was before it was truncated\n')
    expect(await absent('ERROR')).toMatchObject({ verdict: 'failed' })
  })

  test('a file that appears after the note is read from its beginning', async () => {
    await noted()
    append('ERROR\n')
    expect(await absent('ERROR')).toMatchObject({ verdict: 'failed' })
  })

  test('a log that does not exist is no data', async () => {
    expect(await absent('ERROR')).toMatchObject({ verdict: 'inconclusive' })
  })

  test('a directory or a FIFO there is an error at once', async () => {
    mkdirSync(file)
    expect(await absent('ERROR')).toMatchObject({ verdict: 'error' })
    rmSync(file, { recursive: true })
    await execa('mkfifo', [file])
    expect(await absent('ERROR')).toMatchObject({ verdict: 'error' })
  })

  test('a link to a log is that log', async () => {
    const target = join(directory, 'real.log')
    writeFileSync(target, 'ERROR old\n')
    symlinkSync(target, file)
    await noted()
    expect(await absent('ERROR')).toMatchObject({ verdict: 'passed' })
    appendFileSync(target, 'ERROR new\n')
    expect(await absent('ERROR')).toMatchObject({ verdict: 'failed' })
  })

  test('of a long log the last megabyte is read', async () => {
    await noted()
    append(`ERROR first\n${'filler\n'.repeat(200_000)}ERROR last\n`)
    const sample = await absent('ERROR')
    expect(sample).toMatchObject({ verdict: 'failed', reason: { evidence: ['ERROR last'] } })
    expect(sample.reason.got).toContain('(the last 1 MB)')
  })

  test('binary output and a line without an end do no harm', async () => {
    appendFileSync(file, Buffer.from([0, 255, 254, 10, 27, 91, 50, 74]))
    append('ERROR unfinished')
    expect(await absent('ERROR')).toMatchObject({ verdict: 'failed', reason: { evidence: ['ERROR unfinished'] } })
  })
})

describe('a pattern', () => {
  test('that is none is Invalid, before any check runs', async () => {
    const context = contextOf({ order: orderOf(directory) })
    const broken = { it: specOf(log({ absent: '(' })) }
    const failure = { type: failureTypes.invalid, nonRetryable: true }
    await expect(activities.runChecks({ context, checks: broken, untilPassed: true })).rejects.toMatchObject(failure)
    const checks = [{ name: 'it', spec: specOf(log({ present: '[' })), intervalMs: 1_000 }]
    await expect(activities.watchSlice({ context, checks, until: '2026-03-01T12:01:00Z' })).rejects.toMatchObject(
      failure,
    )
  })

  test('that backtracks without end is interrupted, and is an error', async () => {
    append(`${'a'.repeat(40)}!\n`)
    const sample = await absent('^(a+)+$')
    expect(sample).toMatchObject({ verdict: 'error' })
    expect(sample.reason.got).toContain('make it simpler')
  })
})

describe('a line that must be present', () => {
  test('passes when it was written since the note', async () => {
    append('processed 1\n')
    await noted()
    expect(await present('processed')).toMatchObject({ verdict: 'failed', reason: { got: 'none in 0 lines' } })
    append('processed 2\n')
    expect(await present('processed')).toMatchObject({ verdict: 'passed', reason: { got: 'processed 2' } })
  })

  test('and one that must be absent are one check', async () => {
    append('processed\nERROR\n')
    const both = await sample(log({ absent: 'ERROR', present: 'processed' }))
    expect(both).toMatchObject({ verdict: 'failed' })
    expect(both.reason.expected).toBe('no log line matching "ERROR" and a log line matching "processed"')
  })

  test('must be recent by its own timestamp, where it has one', async () => {
    append('2026-03-01T11:59:10Z processed\nsomething else\n')
    expect(await present('processed', 60_000)).toMatchObject({ verdict: 'passed' })
    now += 30_000
    expect(await present('processed', 60_000)).toMatchObject({
      verdict: 'failed',
      reason: { got: 'the last one is older', evidence: ['2026-03-01T11:59:10Z processed'] },
    })
  })

  test('is as old as the file, where it is the last one', async () => {
    append('processed\n')
    touched(now - 59_000)
    expect(await present('processed', 60_000)).toMatchObject({ verdict: 'passed' })
    now += 2_000
    expect(await present('processed', 60_000)).toMatchObject({ verdict: 'failed' })
  })

  test('is as old as the growth it came with, where others follow', async () => {
    append('started\n')
    touched(now)
    expect(await present('processed', 60_000)).toMatchObject({ verdict: 'failed' })
    now += 15_000
    append('processed\nasleep\n')
    touched(now)
    expect(await present('processed', 60_000)).toMatchObject({ verdict: 'passed' })
    now += 61_000
    append('asleep\n')
    touched(now)
    expect(await present('processed', 60_000)).toMatchObject({ verdict: 'failed' })
  })

  test('was written after the note, which is a look as well', async () => {
    await noted()
    append('processed\nasleep\n')
    touched(now)
    expect(await present('processed', 60_000)).toMatchObject({ verdict: 'passed' })
  })

  test('of an age that nothing tells is no data', async () => {
    append('processed\nasleep\n')
    touched(now)
    expect(await present('processed', 60_000)).toMatchObject({ verdict: 'inconclusive' })
  })
})

describe('the note', () => {
  test('is refused without the claim', async () => {
    const order = { ...orderOf(directory), fence: 0 }
    const refused = activities.noteLogPositions({ order, files: [file] })
    await expect(refused).rejects.toMatchObject({ type: failureTypes.fenced })
  })

  test('made twice is the same note', async () => {
    append('one\n')
    await noted()
    const path = join(directory, '.belay/log-positions/d-1.json')
    const first = readFileSync(path, 'utf8')
    await noted()
    expect(readFileSync(path, 'utf8')).toBe(first)
  })
})

test.each([
  ['2026-03-01T12:00:00Z x', '2026-03-01T12:00:00Z'],
  ['[2026-03-01 12:00:00.123 +0100] x', '2026-03-01T11:00:00.123Z'],
  ['2026-03-01T12:00:00,5+01:00 x', '2026-03-01T11:00:00.500Z'],
  ['{"level":30,"time":1772366400000,"msg":"x"}', '2026-03-01T12:00:00Z'],
  ['{"ts":1772366400.5}', '2026-03-01T12:00:00.500Z'],
  ['{"timestamp":"2026-03-01T12:00:00Z"}', '2026-03-01T12:00:00Z'],
])('the time of %j is known', (line, at) => {
  expect(timestampOf(line)).toBe(Date.parse(at))
})

test.each([
  'processed',
  '2026-03-01 12:00:00 x',
  '2026-13-41T12:00:00Z x',
  'a "time":1772366400000',
  '{"time":"noon of it"}',
])('the time of %j is not', (line) => {
  expect(timestampOf(line)).toBeNull()
})

test('a timestamp ahead of the clock is not believed', () => {
  const line = { text: '2026-03-01T13:00:00Z processed', start: 0, isLast: true }
  expect(ageOfLine(line, { changedMs: 0, sightings: [] }, { atMs: now, withinMs: 60_000 })).toBe('old')
})

function append(text: string): void {
  appendFileSync(file, text)
}

function touched(atMs: number): void {
  utimesSync(file, atMs / 1000, atMs / 1000)
}

async function noted(): Promise<void> {
  await activities.noteLogPositions({ order: orderOf(directory), files: [file] })
}

function log(wanted: { absent?: string; present?: string; withinMs?: number }): Probe {
  const { absent = null, present = null, withinMs = null } = wanted
  return { kind: 'log', file, absent, present, withinMs }
}

async function sample(probe: Probe): Promise<Sample> {
  return await sampleWith(activities, probe, { context: { order: orderOf(directory) } })
}

async function absent(pattern: string): Promise<Sample> {
  return await sample(log({ absent: pattern }))
}

async function present(pattern: string, withinMs?: number): Promise<Sample> {
  return await sample(log({ present: pattern, ...(withinMs === undefined ? {} : { withinMs }) }))
}
