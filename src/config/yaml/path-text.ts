export type Path = readonly (string | number)[]

/** `release.build[0][2]`, `review.checklist.tests_passing` */
export function pathText(path: Path): string {
  return path.reduce<string>((text, step, index) => {
    if (typeof step === 'number') return `${text}[${step}]`
    const shown = path[index - 1] === 'env' && !isVariable(step) ? '(not shown)' : step
    return text === '' ? shown : `${text}.${shown}`
  }, '')
}

/** What is no name of a variable may be a secret whose colon is missing. */
function isVariable(step: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(step)
}
