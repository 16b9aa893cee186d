/**
 * One thing that is wrong with a configuration or a request. `line` and `column` count from 1; both are 0 where the
 * problem is not in the file (a version given on the command line). Never holds a secret.
 */
export type Problem = {
  file: string
  line: number
  column: number
  /** `environments.production.monitoring.window`; empty for the file as a whole. */
  path: string
  expected: string
  got: string
  /** What to write instead, where that can be guessed. */
  hint: string | null
}

/** `belay.yaml:31:9 monitoring.window: expected a duration like 10m, got 10 (did you mean 10m?)` */
export function describeProblem(problem: Problem): string {
  const place = problem.line > 0 ? `${problem.file}:${problem.line}:${problem.column}` : ''
  const path = problem.path === '' ? '' : `${problem.path}:`
  const words = `expected ${problem.expected}, got ${problem.got}`
  const hint = problem.hint === null ? '' : `(${problem.hint})`
  const start = place !== '' && path === '' ? `${place}:` : place
  return [start, path, words, hint].filter((part) => part !== '').join(' ')
}

/** Reading order; the same problem found in several environments is told once. */
export function inReadingOrder(problems: readonly Problem[]): Problem[] {
  const once = new Map(problems.map((problem) => [describeProblem(problem), problem]))
  return [...once.values()].sort((a, b) => a.line - b.line || a.column - b.column || a.path.localeCompare(b.path))
}
