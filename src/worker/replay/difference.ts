import { DeterminismViolationError } from '@temporalio/workflow'

/**
 * The first difference in words. Core hands over a dump of its own structures; only the message in it is for people.
 * Code that does something else than the run did is told apart from code that could not be run at all.
 */
export function difference(error: Error): string {
  const said = messageIn(error.message).replace(/^\[TMPRL\d+\] Nondeterminism error: /, '')
  if (error instanceof DeterminismViolationError) return `this version would have done something else: ${said}`
  return `this version cannot run it: ${said}`
}

const quotedMessage = /\bmessage: ("(?:[^"\\]|\\.)*")/

function messageIn(dump: string): string {
  const quoted = quotedMessage.exec(dump)?.[1]
  if (quoted === undefined) return dump
  try {
    return String(JSON.parse(quoted))
  } catch {
    // Rust escapes a few characters otherwise than JSON does.
    return quoted.slice(1, -1)
  }
}
