import { join } from 'node:path'
import { startStack, usualPorts } from '../../dev/stack.ts'
import { exitCodes } from '../exit.ts'
import type { Options } from '../program/command.ts'
import type { Shell } from '../shell/shell.ts'

/** The embedded stack: prints what runs where and what is kept, and ends everything on Ctrl-C. */
export async function dev(shell: Shell, _args: readonly string[], _options: Options): Promise<number> {
  const stack = await startStack({
    directory: join(shell.directory, '.belay'),
    environment: { ...shell.environment },
    hosts: ['local'],
    say: shell.say,
    ports: usualPorts,
  })
  try {
    const worker = await stack.startWorker()
    for (const line of stack.lines) shell.print(line)
    shell.print(`worker    pid ${worker.pid}, host local, log in ${join('.belay', 'worker.log')}`)
    shell.print('Ctrl-C stops all of it; what is kept stays. Commands in this directory find it by themselves.')
    await shell.interrupted()
    return exitCodes.done
  } finally {
    await stack.stop()
  }
}
