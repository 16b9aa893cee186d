/**
 * Why a command is to end before its time: it was `interrupted`, and `again` while it still cleaned up; or it is `closed`:
 * its terminal is, or nobody reads any more.
 */
export type Leaving = 'interrupted' | 'again' | 'closed'

/**
 * Answers with the way to be told. Until somebody is, a reader who is gone ends the process at once, as `belay history |
 * head` does: that is an end, not a failure. Whoever is told ends by itself; only `again` ends the process after it.
 */
export function leavingOf(process: NodeJS.Process): (tell: (why: Leaving) => void) => void {
  let told: ((why: Leaving) => void) | null = null
  const closed = () => (told === null ? process.exit() : told('closed'))
  for (const stream of [process.stdout, process.stderr]) stream.on('error', closed)
  return (tell) => {
    told = tell
    process.on('SIGHUP', closed)
    const press = pressed(process, tell)
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, press)
  }
}

/** One key press comes twice below npx, which passes on what the terminal has sent to both. */
const samePressMs = 300
/** As a shell says of what Ctrl-C ended. */
const interruptedCode = 130

function pressed(process: NodeJS.Process, tell: (why: Leaving) => void): () => void {
  let firstAt: number | null = null
  return () => {
    if (firstAt === null) {
      firstAt = performance.now()
      return tell('interrupted')
    }
    if (performance.now() - firstAt < samePressMs) return
    tell('again')
    process.exit(interruptedCode)
  }
}
