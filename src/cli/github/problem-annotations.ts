import { isAbsolute, relative } from 'node:path'
import { describeProblem, type Problem } from '../../config/problem.ts'
import type { EnvironmentVariables } from '../../domain/reference.ts'
import { isGithub } from '../shell/harmless.ts'
import { type Annotation, annotationsShown } from './annotation.ts'

/** In GitHub Actions one for each problem of the file (as many as are shown there, and how many more); elsewhere none. */
export function problemAnnotations(
  problems: readonly Problem[],
  file: string,
  environment: EnvironmentVariables,
  title = 'belay.yaml cannot work',
): Annotation[] {
  if (!isGithub(environment)) return []
  const path = inRepository(file, environment.GITHUB_WORKSPACE)
  const fits = problems.length <= annotationsShown
  const told = fits ? problems : problems.slice(0, annotationsShown - 1)
  const annotations = told.map((problem) => annotationOf(problem, path, title))
  const more = `and ${problems.length - told.length} more problems; the log has them all`
  const last: Annotation = { level: 'error', title, message: more, place: { file: path, line: 0, column: 0 } }
  return [...annotations, ...(fits ? [] : [last])]
}

function annotationOf(problem: Problem, file: string, title: string): Annotation {
  const { line, column } = problem
  const message = describeProblem({ ...problem, line: 0, column: 0 })
  return { level: 'error', title, message, place: line === 0 ? null : { file, line, column } }
}

/** GitHub finds a file by its path in the repository. */
function inRepository(file: string, workspace: string | undefined): string {
  if (!workspace) return file
  const path = relative(workspace, file)
  return path.startsWith('..') || isAbsolute(path) ? file : path
}
