import { follow } from '../follow/follow.ts'
import { argument } from '../given.ts'
import { runOf, withEnvironment } from '../open.ts'
import type { Options } from '../program/command.ts'
import type { Shell } from '../shell/shell.ts'

/** Follows the latest run; of one that has ended it tells the story and the outcome, and exits with its code. */
export async function watch(shell: Shell, args: readonly string[], options: Options): Promise<number> {
  return await withEnvironment(shell, options, argument(args, 0, 'environment'), async ({ belay, plan }) => {
    const run = await runOf(belay, plan)
    if (!(await run.open())) shell.say(`no run is open on ${plan.environment}; this is the last one:`)
    return await follow(shell, run, { json: options.json === true })
  })
}
