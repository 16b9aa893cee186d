import { Usage } from '../../client/errors.ts'
import { maintenance } from '../../client/maintenance.ts'
import { requireWorker } from '../../client/workers.ts'
import { type Freeze, freezeWords, unfreezeCommand } from '../../domain/gate/freeze.ts'
import { moment } from '../../domain/gate/moment.ts'
import { exitCodes } from '../exit.ts'
import { argument, requiredReason, text } from '../given.ts'
import { timeOf } from '../given-time.ts'
import { withEnvironment } from '../open.ts'
import type { Options } from '../program/command.ts'
import type { Shell } from '../shell/shell.ts'
import { nameOf, signingOf } from '../signing.ts'

export async function freeze(shell: Shell, args: readonly string[], options: Options): Promise<number> {
  const reason = requiredReason(options)
  const { from, until } = spanOf(shell, options)
  return await withEnvironment(shell, options, argument(args, 0, 'environment'), async ({ belay, plan, by }) => {
    await requireWorker(belay)
    const environment = options.all === true ? null : plan.environment
    const signing = signingOf(shell, options)
    await maintenance(belay, shell.say, { signing }).freeze(plan, { environment, from, until, reason, by })
    const what = environment ?? `every environment of ${plan.service}`
    const start = from === null ? '' : `from ${moment(from)} `
    const end = until === null ? 'until somebody ends it' : `until ${moment(until)}`
    shell.print(`${what} is frozen by ${nameOf(plan, by)} ${start}${end}: ${reason}`)
    const next = unfreezeCommand(plan.environment, { environment })
    shell.print(`Next: ${next} ${until === null ? 'when it is over' : 'ends it before'}`)
    return exitCodes.done
  })
}

export async function unfreeze(shell: Shell, args: readonly string[], options: Options): Promise<number> {
  return await withEnvironment(shell, options, argument(args, 0, 'environment'), async ({ belay, plan, by }) => {
    await requireWorker(belay)
    const all = options.all === true
    const signing = signingOf(shell, options)
    const { ended, left } = await maintenance(belay, shell.say, { signing }).unfreeze(plan, all, by)
    const what = all ? `all environments of ${plan.service}` : plan.environment
    for (const one of ended)
      shell.print(`ended by ${nameOf(plan, by)}: the freeze ${fromWords(one)}${freezeWords(one)}`)
    if (ended.length === 0) shell.print(`no freeze of ${what} is in force or to come`)
    for (const one of [...left.inForce, ...left.toCome]) {
      const next = `Next: ${unfreezeCommand(plan.environment, one)}`
      shell.print(`still there: the freeze ${fromWords(one)}${freezeWords(one)}. ${next}`)
    }
    return exitCodes.done
  })
}

function fromWords({ from }: Pick<Freeze, 'from'>): string {
  return `from ${moment(from)} `
}

/** `from` null: now. A duration for the end counts from the beginning. */
function spanOf(shell: Shell, options: Options): { from: string | null; until: string | null } {
  const nowMs = shell.now().getTime()
  const from = timeOf('--from', text(options.from), { nowMs, countsFromMs: nowMs })
  const countsFromMs = from === null ? nowMs : Date.parse(from)
  const until = timeOf('--until', text(options.until), { nowMs, countsFromMs })
  if (from !== null && until !== null && until <= from) {
    throw new Usage(`--until: expected a time after --from (${moment(from)}), got ${moment(until)}`)
  }
  return { from, until }
}
