import { createContext, Script } from 'node:vm'
import { ApplicationFailure } from '@temporalio/common'
import { failureTypes } from '../../src/domain/failure.ts'

/** Throws `Invalid` for what is not a regular expression: no attempt will ever change that. */
export function compilePattern(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'u')
  } catch (error) {
    const why = error instanceof Error ? error.message : 'not compiled'
    const message = `log pattern: expected a regular expression, got ${JSON.stringify(pattern.slice(0, 100))}: ${why}`
    throw ApplicationFailure.create({ type: failureTypes.invalid, nonRetryable: true, message })
  }
}

/**
 * Indexes of the lines that match, newest last. A pattern that backtracks without end would stop everything else in
 * this process: it is interrupted after a second, and throws.
 */
export function matchingLines(pattern: string, lines: readonly string[]): number[] {
  const found: number[] = []
  const isMatch = (line: string) => expression.test(line)
  const expression = compilePattern(pattern)
  const context = createContext({ lines, isMatch, found })
  const script = new Script('lines.forEach((line, index) => { if (isMatch(line)) found.push(index) })')
  try {
    script.runInContext(context, { timeout: longestMs })
  } catch (error) {
    // It comes from the other context: no instance of our Error.
    throw Object(error).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
      ? new Error(`the pattern takes more than ${longestMs} ms on this log; make it simpler`)
      : error
  }
  return found
}

const longestMs = 1_000
