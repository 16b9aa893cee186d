import { Usage } from '../../client/errors.ts'
import { maintenance } from '../../client/maintenance.ts'
import { requireWorkers } from '../../client/workers.ts'
import { moment } from '../../domain/gate/moment.ts'
import { parseVersion } from '../../domain/version.ts'
import { exitCodes } from '../exit.ts'
import { argument, requiredReason, text } from '../given.ts'
import { timeOf } from '../given-time.ts'
import { withEnvironment } from '../open.ts'
import type { Options } from '../program/command.ts'
import type { Shell } from '../shell/shell.ts'
import { nameOf, signingOf } from '../signing.ts'

export async function lock(shell: Shell, args: readonly string[], options: Options): Promise<number> {
  const nowMs = shell.now().getTime()
  const until = timeOf('--until', text(options.until), { nowMs, countsFromMs: nowMs })
  const reason = requiredReason(options)
  return await withEnvironment(shell, options, argument(args, 0, 'environment'), async ({ belay, plan, by }) => {
    await requireWorkers(belay, plan)
    const signing = signingOf(shell, options)
    await maintenance(belay, shell.say, { signing }).lock(plan, { reason, by, since: shell.now().toISOString(), until })
    shell.print(
      `${plan.environment} is locked by ${nameOf(plan, by)} ${until ? `until ${moment(until)}` : 'until somebody unlocks it'}: ${reason}`,
    )
    shell.print(`Next: belay unlock ${plan.environment} when it is over`)
    return exitCodes.done
  })
}

export async function unlock(shell: Shell, args: readonly string[], options: Options): Promise<number> {
  return await withEnvironment(shell, options, argument(args, 0, 'environment'), async ({ belay, plan, by }) => {
    await requireWorkers(belay, plan)
    const { released } = await maintenance(belay, shell.say, { signing: signingOf(shell, options) }).unlock(plan, by)
    const none = `${plan.environment} was not locked: no lock is on record, and its hosts hold none`
    shell.print(released.length === 0 ? none : `${plan.environment} is unlocked by ${nameOf(plan, by)}`)
    return exitCodes.done
  })
}

export async function clear(shell: Shell, args: readonly string[], options: Options): Promise<number> {
  const parsed = parseVersion(argument(args, 1, 'version'))
  if ('problem' in parsed) throw new Usage(parsed.problem)
  const { version } = parsed
  const reason = requiredReason(options)
  return await withEnvironment(shell, options, argument(args, 0, 'environment'), async ({ belay, plan, by }) => {
    await requireWorkers(belay, plan)
    const signing = signingOf(shell, options)
    const { cleared } = await maintenance(belay, shell.say, { signing }).clear(plan, version, by, reason)
    const again = `${version} may be deployed to ${plan.environment} again, cleared by ${nameOf(plan, by)}`
    const none = `${version} is not blocked on ${plan.environment}; nothing was cleared. Next: belay status ${plan.environment}`
    shell.print(cleared.length === 0 ? none : again)
    return exitCodes.done
  })
}
