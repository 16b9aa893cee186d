import { excerpt } from './excerpt.ts'
import { describeProblem, type Problem } from './problem.ts'
import { privateLines } from './yaml/private-lines.ts'

/** Every problem in its line, and below it the source line with a caret. A line that may hold a secret is not shown. */
export function reportProblems(problems: readonly Problem[], text: string): string[] {
  const lines = text.split('\n')
  const isPrivate = privateLines(text)
  return problems.flatMap((problem, index) => {
    const described = describeProblem(problem)
    // Several problems of one place stand above one picture of it.
    if (problem.line === 0 || isSamePlace(problem, problems[index + 1])) return [described]
    if (isPrivate(problem.line)) return [described, notShown(problem.line)]
    return [described, ...excerpt(lines[problem.line - 1] ?? '', problem)]
  })
}

function isSamePlace(one: Problem, other: Problem | undefined): boolean {
  return one.line === other?.line && one.column === other.column
}

function notShown(line: number): string {
  return `${String(line).padStart(6)} | (not shown: the line may hold a secret)`
}
