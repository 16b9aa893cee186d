import { isAbsolute, relative } from 'node:path'
import { type ConfigurationSource, readPlace, WrongConfiguration } from '../client/errors.ts'
import { documentedPart } from '../config/documentation/topic.ts'
import type { Problem } from '../config/problem.ts'
import { reportProblems } from '../config/report.ts'
import { problemAnnotations } from './github/problem-annotations.ts'
import type { Shell } from './shell/shell.ts'

/** The problems of a configuration that stopped a command. */
export function sayWrongConfiguration(shell: Shell, error: Error): void {
  if (error instanceof WrongConfiguration) tellProblems(shell, error.problems, error.source, shell.say)
  else shell.say(error.message)
}

/**
 * Every problem with its source line, on the given output; how many there are and what to do next on standard error, and
 * in GitHub Actions the annotations too. File names are as somebody in this directory would type them.
 */
export function tellProblems(
  shell: Shell,
  problems: readonly Problem[],
  source: ConfigurationSource,
  tell: (line: string) => void,
): void {
  const file = typed(source.file, shell.directory)
  const named = problems.map((problem) => ({ ...problem, file }))
  for (const line of reportProblems(named, source.text)) tell(line)
  const place = readPlace(source)
  if (place !== null) shell.say(place)
  if (problems.some((problem) => problem.line > 0)) shell.say(nextLine(named, file, source))
  annotate(shell, named, source)
}

/** Beside the lines of the file, where that can be shown. */
export function annotate(shell: Shell, problems: readonly Problem[], source: ConfigurationSource): void {
  const title = readPlace(source) ?? 'belay.yaml cannot work'
  for (const one of problemAnnotations(problems, source.file, shell.environment, title)) shell.annotate(one)
}

function nextLine(problems: readonly Problem[], file: string, source: ConfigurationSource): string {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`
  if (source.commit !== null) return `${count} in ${file}. Next: commit it mended, and release that commit`
  const path = problems.map((problem) => documentedPart(problem.path)).find((part) => part !== '')
  return `${count} in ${file}. Next: ${path === undefined ? 'mend it' : `belay docs ${path}`}, then belay validate`
}

function typed(file: string, directory: string): string {
  const path = relative(directory, file)
  return path === '' || path.startsWith('..') || isAbsolute(path) ? file : path
}
