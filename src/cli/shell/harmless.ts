import type { EnvironmentVariables } from '../../domain/reference.ts'
import { neutral } from './neutral.ts'

/** Is this a step of GitHub Actions, whose runner reads every line of either output for commands? */
export function isGithub({ GITHUB_ACTIONS }: EnvironmentVariables): boolean {
  return GITHUB_ACTIONS === 'true'
}

/** How text is written here: safe for a terminal, and in GitHub Actions no line of it is a command to the runner. */
export function harmlessIn(environment: EnvironmentVariables): (text: string) => string {
  return isGithub(environment) ? (text) => withoutCommands(neutral(text)) : neutral
}

/** `::name ...::` after spaces, and the older `##[name ...]` anywhere. Inside JSON the result is still the same JSON. */
function withoutCommands(text: string): string {
  return text.replace(/^([^\S\n]*)::/gm, '$1\\u003a:').replace(/##\[/g, '\\u0023#[')
}
