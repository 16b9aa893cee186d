/** How a program ended: a code, or the signal that ended it. Shells tell a signal as 128 and its number. */
type End = { exitCode: number | null; signal: string | null }

/** As a sentence's verb: `ended with 1`, `could not be run: not found`, `was killed (SIGKILL)`. */
export function endedWords({ exitCode, signal }: End): string {
  const by = signal ?? signalOf(exitCode)
  if (by !== null) return `${signalVerb(by)} (${by})`
  if (exitCode === notRun) return 'could not be run'
  return exitCode === notFound ? 'could not be run: not found' : `ended with ${exitCode ?? 'nothing'}`
}

/** As what came: `1`, `126 (could not be run)`, `127 (not found)`, `137 (was killed, SIGKILL)`, `SIGTERM (was ended)`. */
export function codeWords({ exitCode, signal }: End): string {
  if (signal !== null) return `${signal} (${signalVerb(signal)})`
  const by = signalOf(exitCode)
  if (by !== null) return `${exitCode} (${signalVerb(by)}, ${by})`
  if (exitCode === notRun) return `${exitCode} (could not be run)`
  return exitCode === notFound ? `${exitCode} (not found)` : `${exitCode ?? 'nothing'}`
}

/** What every shell answers, and Belay's own runner: there but not to be run, and not there. */
const notRun = 126
const notFound = 127

function signalOf(exitCode: number | null): string | null {
  return exitCode === null ? null : (signals[exitCode - 128] ?? null)
}

/** Their numbers on every machine that Belay runs on, where they differ nowhere. */
const signals: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  6: 'SIGABRT',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  15: 'SIGTERM',
}

const ofCrashes: readonly string[] = ['SIGILL', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGSEGV', 'SIGTRAP']

function signalVerb(signal: string): string {
  if (signal === 'SIGKILL') return 'was killed'
  return ofCrashes.includes(signal) ? 'crashed' : 'was ended'
}
