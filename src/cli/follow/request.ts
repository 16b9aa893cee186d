import type { Run } from '../../client/client.ts'
import { ciRequestId } from '../../client/request.ts'
import { reportToCi } from '../ci/report.ts'
import { exitCodes } from '../exit.ts'
import { text } from '../given.ts'
import type { Options } from '../program/command.ts'
import type { Shell } from '../shell/shell.ts'
import { follow } from './follow.ts'
import { leaveEnded } from './leave.ts'

/** `--request-id`, or the CI job that runs this command; null: every call is a request of its own. */
export function requestIdOf(shell: Shell, options: Options): string | null {
  return text(options.requestId) ?? ciRequestId(shell.environment)
}

/** The run that this request started before: followed while it is open; told, and not repeated, when it has ended. */
export async function takeUp(shell: Shell, run: Run, options: Options): Promise<number> {
  const asked = { json: options.json === true }
  if (await run.open()) {
    shell.say(`started by this request before: attached to deployment ${run.deployment}`)
    if (options.detach !== true) return await follow(shell, run, asked)
    shell.print(run.deployment)
    return exitCodes.done
  }
  shell.say(`this request has ended already (deployment ${run.deployment}); nothing is started, this is its outcome:`)
  const end = await run.end()
  const code = leaveEnded(shell, end, asked)
  if (code !== exitCodes.done) shell.say('To start anew: the same command with --request-id and another id')
  await reportToCi(shell, { run, status: await run.status().catch(() => null), end, code })
  return code
}
