import { execFile } from 'node:child_process'
import { userInfo } from 'node:os'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { type Belay, connect, type Run } from '../client/client.ts'
import { Usage } from '../client/errors.ts'
import { environmentPlan } from '../client/prepare.ts'
import type { Plan } from '../domain/plan.ts'
import type { Options } from './belay.ts'
import type { Shell } from './shell.ts'

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

/** The environment's plan and a connection; closed when `work` is done. */
export async function withEnvironment<T>(
  shell: Shell,
  options: Options,
  environment: string,
  work: (open: { belay: Belay; plan: Plan; by: string }) => Promise<T>,
): Promise<T> {
  const by = await performer(shell, options)
  const plan = await environmentPlan(configFile(shell, options), environment, by)
  const belay = await connect(shell.environment)
  try {
    return await work({ belay, plan, by })
  } finally {
    await belay.close()
  }
}

/** The open run of an environment, or a sentence about what there is instead. */
export async function openRunOf(belay: Belay, plan: Plan): Promise<Run> {
  const run = await belay.attach(plan.service, plan.environment)
  if (!run)
    throw new Usage(
      `nothing was ever deployed to ${plan.environment}; start with: belay deploy <version> --env ${plan.environment}`,
    )
  if (!(await run.open()))
    throw new Usage(`no run is open on ${plan.environment}; see belay status ${plan.environment}`)
  return run
}
