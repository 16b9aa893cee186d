import { randomUUID } from 'node:crypto'

/** What is appended to `$GITHUB_OUTPUT`: a value may hold anything, for nobody can guess the delimiter. */
export function githubOutput(values: Readonly<Record<string, string>>, delimiter = `belay_${randomUUID()}`): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}<<${delimiter}\n${value}\n${delimiter}\n`)
    .join('')
}

/** GitLab's `artifacts:reports:dotenv`: no blank lines, comments or values of several lines, 5 KiB in all. */
export function dotenv(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `BELAY_${name.toUpperCase()}=${oneLine(value)}\n`)
    .join('')
}

function oneLine(value: string): string {
  return value
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 500)
}
