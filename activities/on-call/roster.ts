import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { dutyAt } from '../../src/domain/gate/roster.ts'
import { readRange } from '../disk/read-range.ts'
import { errorWords } from '../network/error-words.ts'
import type { OnCallAnswer } from './activities.ts'
import { RosterProblem, shiftsIn } from './shifts.ts'

/** Reads the roster anew each time, because people swap shifts. One mistake in it and it names nobody. */
export async function readRoster(file: string, now: Date): Promise<OnCallAnswer> {
  try {
    const duty = dutyAt(shiftsIn(await textOf(file)), now.getTime())
    if ('nobody' in duty) return { found: false, why: `${file}: ${duty.nobody}` }
    return { found: true, name: duty.who, others: duty.others }
  } catch (error) {
    if (!(error instanceof RosterProblem)) return { found: false, why: `roster ${file}: ${errorWords(error)}` }
    const place = error.line === null ? file : `${file}:${error.line}`
    return { found: false, why: `${place}: ${error.message}` }
  }
}

/** Never waits at a FIFO. */
async function textOf(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const stat = await file.stat()
    if (!stat.isFile()) throw new RosterProblem(null, 'expected a regular file, got something else')
    const bytes = await readRange(file, 0, mostBytes + 1)
    if (bytes.length > mostBytes) throw new RosterProblem(null, `expected at most ${mostBytes / 1024} KB, got more`)
    if (bytes.includes(0)) throw new RosterProblem(null, 'expected a text file, got NUL bytes')
    return bytes.toString('utf8')
  } finally {
    await file.close()
  }
}

/** Some three thousand shifts: years of them. */
const mostBytes = 256 * 1024
