import type { FileHandle } from 'node:fs/promises'
import type { Probe } from '../../src/domain/check.ts'
import { readRange } from '../disk/read-range.ts'
import { expectationOf } from './expectation.ts'
import { ageOfLine, type Sighting } from './log-growth.ts'
import { matchingLines } from './log-pattern.ts'
import { openLogToRead, readLogPositions, startIn } from './log-positions.ts'
import type { Answer, Probing } from './probing.ts'

type LogProbe = Extract<Probe, { kind: 'log' }>

/**
 * Reads what was written since the positions were noted (at most the last 1 MB): no line may match `absent`, and one must
 * match `present`, written within `withinMs`. A log that does not exist is no data.
 */
export async function probeLog(probe: LogProbe, probing: Probing): Promise<Answer> {
  const expected = expectationOf(probe)
  const { order } = probing.context
  if (order === null) throw new Error('expected a host whose log to read, got none')
  const noted = await readLogPositions(order)
  const file = await openLogToRead(probe.file)
  if (file === null)
    return { verdict: 'inconclusive', nothing: 'away', expected, got: `no data: no file ${probe.file}` }
  try {
    const position = noted?.files[probe.file] ?? null
    const start = await startIn(file, position)
    const written = await readWritten(file, start)
    // What counts was not there when the note was made: the note is a look as well.
    const isNoted = noted !== null && Object.hasOwn(noted.files, probe.file)
    const first = isNoted ? [sighting({ inode: written.inode, size: start }, Date.parse(noted.at))] : []
    const earlier = [...first, ...probing.growth.of(probe.file, written.inode)]
    const now = sighting({ inode: written.inode, size: written.end }, probing.clock().getTime())
    if (probe.withinMs !== null) probing.growth.add(probe.file, now)
    return { expected, ...judge(probe, written, [...earlier, now], now.atMs) }
  } finally {
    await file.close()
  }
}

type Written = {
  inode: number
  changedMs: number
  /** Bytes of the file. */
  start: number
  end: number
  lines: readonly { text: string; start: number }[]
  cut: boolean
}

async function readWritten(file: FileHandle, start: number): Promise<Written> {
  const { ino, size, mtimeMs } = await file.stat()
  const from = Math.max(start, size - mostBytes)
  const bytes = await readRange(file, from, size)
  const cut = from > start
  const lines = splitLines(bytes, from)
  // The first line of a cut piece begins somewhere before it.
  return { inode: ino, changedMs: mtimeMs, start, end: from + bytes.length, lines: cut ? lines.slice(1) : lines, cut }
}

const mostBytes = 1024 * 1024

function splitLines(bytes: Buffer, from: number): { text: string; start: number }[] {
  const lines: { text: string; start: number }[] = []
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(10, start)
    const end = newline === -1 ? bytes.length : newline
    if (end > start) lines.push({ text: bytes.toString('utf8', start, end).replace(/\r$/, ''), start: from + start })
    start = end + 1
  }
  return lines
}

function judge(
  probe: LogProbe,
  written: Written,
  sightings: readonly Sighting[],
  atMs: number,
): Omit<Answer, 'expected'> {
  const texts = written.lines.map((line) => line.text)
  const seen = `${texts.length} lines${written.cut ? ' (the last 1 MB)' : ''}`
  if (probe.absent !== null) {
    const bad = matchingLines(probe.absent, texts).map((index) => texts[index] ?? '')
    if (bad.length > 0) return { verdict: 'failed', got: `${bad.length} matching in ${seen}`, evidence: bad.slice(-5) }
  }
  if (probe.present === null) return { verdict: 'passed', got: `none in ${seen}` }
  const found = matchingLines(probe.present, texts).at(-1)
  const line = found === undefined ? undefined : written.lines[found]
  if (line === undefined) return { verdict: 'failed', got: `none in ${seen}`, evidence: texts.slice(-5) }
  if (probe.withinMs === null) return { verdict: 'passed', got: line.text }
  const isLast = found === written.lines.length - 1
  const now = { atMs, withinMs: probe.withinMs }
  switch (ageOfLine({ ...line, isLast }, { changedMs: written.changedMs, sightings }, now)) {
    case 'recent':
      return { verdict: 'passed', got: line.text }
    case 'old':
      return { verdict: 'failed', got: 'the last one is older', evidence: [line.text] }
    case 'unknown': {
      const got = 'no data: a line of unknown age (begin lines with a timestamp)'
      return { verdict: 'inconclusive', nothing: 'empty', got, evidence: [line.text] }
    }
  }
}

function sighting({ inode, size }: { inode: number; size: number }, atMs: number): Sighting {
  return { inode, size, atMs }
}
