/**
 * Of what a failed command printed: where it says what is wrong, first and last; else its end. Usage texts say it early,
 * and a package manager closes with where its log is, which is never why.
 */
export function tellingLines(printed: readonly string[]): string[] {
  const lines = withoutClosing(printed)
  const telling = lines.filter((line) => complaint.test(bodyOf(line)))
  const [first] = telling
  const last = telling.at(-1)
  if (first === undefined || last === undefined) return endOf(lines)
  return first === last ? [first] : [first, last]
}

/** The one line that says most: the last, or where npm explains itself the first of that. Empty: nothing was printed. */
export function tellingLine(printed: readonly string[]): string {
  const lines = withoutClosing(printed.filter((line) => line.trim() !== ''))
  const last = lines.at(-1) ?? ''
  return isNpm(last) ? (lines.find((line) => isNpm(line) && !/^code /.test(bodyOf(line))) ?? last) : last
}

const complaint =
  /\b(error|fatal|panic|exception|unknown|invalid|unexpected|missing|cannot|can't|could not|failed|no such|not found|denied|refused|already in use)\b/i

/** npm says first what is wrong, and then how it is used. */
function endOf(lines: readonly string[]): string[] {
  const npm = lines.filter(isNpm)
  return npm.length > 0 ? npm.slice(0, 2) : lines.slice(-2)
}

/** All of them, where nothing else was printed. */
function withoutClosing(lines: readonly string[]): readonly string[] {
  const left = lines.filter((line) => !isClosing(line))
  return left.length > 0 ? left : lines
}

function isClosing(line: string): boolean {
  if (isNpm(line)) return npmClosing.test(bodyOf(line))
  return otherClosing.some((closing) => closing.test(line.trim()))
}

const npmPrefix = /^\s*npm (error|ERR!|notice|warn|WARN)( |$)/

function isNpm(line: string): boolean {
  return npmPrefix.test(line)
}

function bodyOf(line: string): string {
  return line.replace(npmPrefix, '').trim()
}

/** Where its log is, which script it ran with which number, and what newer npm there is; not its own codes (`code EUSAGE`). */
const npmClosing =
  /^$|^A complete log of this run|_logs[\\/]\S+\.log$|^(code|errno) (\d+|ELIFECYCLE)$|^(path|workspace|location|command) |^command failed$|^Lifecycle script |^Exit status \d+$|^Failed at the .* script|^This is probably not a problem with npm|^Run "npm help |^New (major|minor|patch) version of npm|^Changelog: |^To update run: /

/** yarn (1 and later) and pnpm. */
const otherClosing = [
  /^info Visit https:\/\/\S+ for documentation about this command\.$/,
  /^error Command failed( with exit code \d+)?\.$/,
  /^(➤ )?YN0000: .*(Failed with errors|Completed|Done)/,
  /^(ELIFECYCLE|\[ELIFECYCLE\])\s.*Command failed/,
]
