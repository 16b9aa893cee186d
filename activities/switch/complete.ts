import { execFile } from 'node:child_process'
import { ApplicationFailure } from '@temporalio/common'
import { failureTypes } from '../../src/domain/failure.ts'
import { beating } from '../git/beating.ts'
import { readJournal } from './journal.ts'
import { switchProgram } from './switch-order.ts'

/**
 * Completes a switch that was cut off, or undoes it, before anything may start from a state that is half of each.
 * Nothing cut off: nothing happens. Throws `NotProven` when it can be neither: then nothing may be started.
 */
export async function completeSwitch(directory: string): Promise<void> {
  if ((await readJournal(directory)) === null) return
  const said = await beating(() => finish(directory))
  if ((await readJournal(directory)) === null) return
  const message = `${directory}: expected to complete or undo the switch that was cut off, got: ${said}; mend this, then try again`
  throw ApplicationFailure.create({ type: failureTypes.notProven, nonRetryable: true, message })
}

const longestMs = 240_000

/** By the same program as every switch. It may go on when this worker dies: the next one waits for its lock. */
function finish(directory: string): Promise<string> {
  const command = ['--disable-warning=ExperimentalWarning', switchProgram, 'finish', directory]
  return new Promise((resolve) => {
    execFile(process.execPath, command, { cwd: '/', timeout: longestMs }, (error, _stdout, stderr) => {
      resolve((stderr.trim() || error?.message || 'no reason').slice(-1_000))
    })
  })
}
