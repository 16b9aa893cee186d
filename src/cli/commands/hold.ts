import { Usage } from '../../client/errors.ts'
import { maintenance } from '../../client/maintenance.ts'
import { requireWorkers } from '../../client/workers.ts'
import { durationMs, isDuration } from '../../config/schema/duration.ts'
import { parseVersion, shown } from '../../domain/version.ts'
import { exitCodes } from '../exit.ts'
import { argument, requiredReason, text } from '../given.ts'
import { withEnvironment } from '../open.ts'
import type { Options } from '../program/command.ts'
import type { Shell } from '../shell/shell.ts'

export async function lock(shell: Shell, args: readonly string[], options: Options): Promise<number> {
  const until = untilOf(shell, text(options.until))
  const reason = requiredReason(options)
  return await withEnvironment(shell, options, argument(args, 0, 'environment'), async ({ belay, plan, by }) => {
    await requireWorkers(belay, plan)
    await maintenance(belay).lock(plan, { reason, by, since: shell.now().toISOString(), until })
    shell.print(
      `${plan.environment} is locked by ${by} (claimed) ${until ? `until ${until}` : 'until somebody unlocks it'}: ${reason}`,
    )
    shell.print(`Next: belay unlock ${plan.environment} when it is over`)
    return exitCodes.done
  })
}

export async function unlock(shell: Shell, args: readonly string[], options: Options): Promise<number> {
  return await withEnvironment(shell, options, argument(args, 0, 'environment'), async ({ belay, plan, by }) => {
    await requireWorkers(belay, plan)
    await maintenance(belay).unlock(plan, by)
    shell.print(`${plan.environment} is unlocked by ${by} (claimed)`)
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
    await maintenance(belay).clear(plan, version, by, reason)
    shell.print(`${version} may be deployed to ${plan.environment} again, cleared by ${by} (claimed)`)
    return exitCodes.done
  })
}

function untilOf(shell: Shell, given: string | null): string | null {
  if (given === null) return null
  if (isDuration(given)) return new Date(shell.now().getTime() + durationMs(given)).toISOString()
  const time = Date.parse(given)
  if (Number.isNaN(time)) {
    const expected = 'a time like 2026-01-31T18:00:00Z or a duration like 2h'
    throw new Usage(`--until: expected ${expected}, got ${shown(given)}`)
  }
  const until = new Date(time).toISOString()
  if (time <= shell.now().getTime()) throw new Usage(`--until: expected a time to come, got ${until}`)
  return until
}
