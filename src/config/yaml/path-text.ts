export type Path = readonly (string | number)[]

/** `release.build[0][2]`, `review.checklist.tests_passing` */
export function pathText(path: Path): string {
  return path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`),
    '',
  )
}
