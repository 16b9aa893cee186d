import type { Options } from '../belay.ts'
import { follow } from '../follow.ts'
import { argument, openRunOf, withEnvironment } from '../open.ts'
import type { Shell } from '../shell.ts'

export async function watch(shell: Shell, args: readonly string[], options: Options): Promise<number> {
  return await withEnvironment(shell, options, argument(args, 0, 'environment'), async ({ belay, plan }) => {
    return await follow(shell, await openRunOf(belay, plan), { json: options.json === true })
  })
}
