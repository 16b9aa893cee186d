import { execFile } from 'node:child_process'
import { userInfo } from 'node:os'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { Usage } from '../client/errors.ts'
import { oneLine } from '../domain/one-line.ts'
import { shown } from '../domain/version.ts'
import type { Options } from './program/command.ts'
import type { Shell } from './shell/shell.ts'

export function configFile(shell: Shell, options: Options): string {
  return resolve(shell.directory, text(options.config) ?? 'belay.yaml')
}

export function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

export function argument(args: readonly string[], index: number, name: string): string {
  const value = args[index]
  if (value === undefined) throw new Usage(`expected <${name}>`)
  return value
}

/** `--by`, `BELAY_BY`, git's user.email, the login name: always a claim until identities are proven. */
export async function performer(shell: Shell, options: Options): Promise<string> {
  const given = text(options.by) ?? shell.environment.BELAY_BY
  if (given) return given
  try {
    const { stdout } = await promisify(execFile)('git', ['config', 'user.email'], {
      cwd: shell.directory,
      timeout: 5_000,
    })
    if (stdout.trim() !== '') return stdout.trim()
  } catch {
    // No git, or no name in it: the login name is still somebody.
  }
  return userInfo().username
}

/** What `--limit` may ask for: more is read with a tool for it. */
export const mostLines = 1000

/** `--limit`: how many lines somebody wants to read. */
export function limit(options: Options): number {
  const given = Number(text(options.limit) ?? 20)
  if (Number.isInteger(given) && given >= 1 && given <= mostLines) return given
  throw new Usage(`--limit: expected a number from 1 to ${mostLines}, got ${shown(String(options.limit))}`)
}

/** `--reason`: a text that will be read when it matters. */
export function requiredReason(options: Options): string {
  // It stands in lines of Belay's own, for ever.
  const reason = oneLine(text(options.reason) ?? '')
  if (reason) return reason
  throw new Usage('--reason: expected a text that says why, got nothing')
}
