import { Usage } from '../../client/errors.ts'
import { maintenance } from '../../client/maintenance.ts'
import { requireWorkers } from '../../client/workers.ts'
import { durationMs, isDuration } from '../../config/schema/duration.ts'
import type { Options } from '../belay.ts'
import { exitCodes } from '../exit.ts'
import { argument, text, withEnvironment } from '../open.ts'
import type { Shell } from '../shell.ts'

export async function lock(shell: Shell, args: readonly string[], options: Options): Promise<number> {
  const until = untilOf(shell, text(options.until))
  return await withEnvironment(shell, options, argument(args, 0, 'environment'), async ({ belay, plan, by }) => {
    await requireWorkers(belay, plan)
    const reason = text(options.reason) ?? ''
    await maintenance(belay).lock(plan, { reason, by, since: shell.now().toISOString(), until })
    shell.print(
      `${plan.environment} is locked by ${by} (claimed) ${until ? `until ${until}` : 'until somebody unlocks it'}: ${reason}`,
    )
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
  const version = argument(args, 1, 'version')
  return await withEnvironment(shell, options, argument(args, 0, 'environment'), async ({ belay, plan, by }) => {
    await requireWorkers(belay, plan)
    await maintenance(belay).clear(plan, version, by, text(options.reason) ?? '')
    shell.print(`${version} may be deployed to ${plan.environment} again, cleared by ${by} (claimed)`)
    return exitCodes.done
  })
}

function untilOf(shell: Shell, given: string | null): string | null {
  if (given === null) return null
  if (isDuration(given)) return new Date(shell.now().getTime() + durationMs(given)).toISOString()
  const time = Date.parse(given)
  if (Number.isNaN(time))
    throw new Usage(`--until: expected a time like 2026-01-31T18:00:00Z or a duration like 2h, got ${given}`)
  return new Date(time).toISOString()
}
