import { join } from 'node:path'
import type { Program } from '../../dev/program.ts'
import { type Stack, startStack, usualPorts } from '../../dev/stack.ts'
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
    await keepWorker(shell, stack, worker)
    return exitCodes.done
  } finally {
    await stack.stop()
  }
}

/** Runs need a worker to go on: one that dies is started again until Ctrl-C. One that cannot start ends all of it. */
async function keepWorker(shell: Shell, stack: Stack, first: Program): Promise<void> {
  const interrupted = shell.interrupted().then(() => null)
  for (let worker = first; ; ) {
    const exitCode = await Promise.race([interrupted, worker.ended])
    if (exitCode === null) return
    shell.say(`the worker ended with exit code ${exitCode}; starting it again`)
    worker = await stack.startWorker()
    shell.say(`worker    pid ${worker.pid}`)
  }
}
