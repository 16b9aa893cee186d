import type { Command } from 'commander'
import type { Shell } from '../shell/shell.ts'

/** What was given on the command line, by option. */
export type Options = Readonly<Record<string, unknown>>

/** What a command does; answers with its exit code. */
export type Action = (shell: Shell, args: readonly string[], options: Options) => Promise<number>

/** Adds a command whose code is loaded only when it is called, so that `--help` stays instant. */
export type AddCommand = (
  usage: string,
  description: string,
  load: () => Promise<Action>,
  /** `hidden`: for programs, not for people. */
  options?: { hidden: boolean },
) => Command

/** For an option that may be given several times. */
export function collect(value: string, earlier: string[]): string[] {
  return [...earlier, value]
}
