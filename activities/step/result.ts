import { readFileSync, statSync } from 'node:fs'
import { isRecord } from '../../src/domain/is-record.ts'
import { createFileOnce, readJson } from '../disk/atomic.ts'
import { readOutputEnd } from './output.ts'
import { plainTail } from './plain-text.ts'
import { type RecordedResult, runFiles, type StepResult } from './step.ts'

export async function readResult(directory: string): Promise<RecordedResult | null> {
  return await readJson(runFiles(directory).result, parseResult)
}

/** The first result stands; the answer is the one that stands. */
export async function recordResult(directory: string, recorded: RecordedResult): Promise<RecordedResult> {
  await createFileOnce(runFiles(directory).result, `${JSON.stringify(recorded)}\n`)
  return (await readResult(directory)) ?? recorded
}

/** The end of the output and the report, as they stand on the disk. */
export function readPrinted(
  directory: string,
  secrets: readonly string[],
  note: string,
): Pick<StepResult, 'tail' | 'report'> {
  const { report, problem } = readReport(directory)
  const said = [note, problem].filter((line) => line !== '').map((line) => `\n[belay] ${line}\n`)
  const room = tailLimitBytes - Buffer.byteLength(said.join(''))
  // More than is kept: escape sequences take room and are dropped.
  return { tail: plainTail(readOutputEnd(directory, 4 * tailLimitBytes), room, secrets) + said.join(''), report }
}

const tailLimitBytes = 8_000
const reportLimitBytes = 1_000_000

function readReport(directory: string): { report: unknown; problem: string } {
  const file = runFiles(directory).report
  const stat = statSync(file, { throwIfNoEntry: false })
  if (!stat) return { report: null, problem: '' }
  const refused = (got: string) => ({
    report: null,
    problem: `BELAY_REPORT: expected JSON of at most 1 MB, got ${got}`,
  })
  if (!stat.isFile()) return refused('something that is not a file')
  if (stat.size > reportLimitBytes) return refused(`${stat.size} bytes`)
  try {
    return { report: JSON.parse(readFileSync(file, 'utf8')), problem: '' }
  } catch {
    return refused('something else')
  }
}

function parseResult(value: unknown): RecordedResult {
  if (!isRecord(value) || !isCause(value.cause) || !isRecord(value.result)) throw new Error('no step result')
  const { outcome, exitCode, signal, startedAt, endedAt, tail, outputBytes, report } = value.result
  if (!isOutcome(outcome) || typeof startedAt !== 'string' || typeof endedAt !== 'string' || typeof tail !== 'string') {
    throw new Error('no step result')
  }
  return {
    cause: value.cause,
    result: {
      outcome,
      exitCode: typeof exitCode === 'number' ? exitCode : null,
      signal: typeof signal === 'string' ? signal : null,
      startedAt,
      endedAt,
      tail,
      outputBytes: typeof outputBytes === 'number' ? outputBytes : 0,
      report: report ?? null,
    },
  }
}

function isCause(value: unknown): value is RecordedResult['cause'] {
  return value === 'ended' || value === 'cancelled' || value === 'vanished'
}

function isOutcome(value: unknown): value is StepResult['outcome'] {
  return value === 'exited' || value === 'timed_out' || value === 'silent' || value === 'interrupted'
}
