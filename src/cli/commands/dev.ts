import { basename, join } from 'node:path'
import { missingVariables } from '../../client/missing-variables.ts'
import type { Program } from '../../dev/program.ts'
import { type Stack, startStack, usualPorts } from '../../dev/stack.ts'
import { endedWords } from '../../domain/exit-words.ts'
import { exitCodes } from '../exit.ts'
import { configFile } from '../given.ts'
import type { Options } from '../program/command.ts'
import type { Shell } from '../shell/shell.ts'

/** The host that this machine plays. */
const host = 'local'

/** The embedded stack: prints what runs where and what is kept, and ends everything on Ctrl-C. */
export async function dev(shell: Shell, _args: readonly string[], options: Options): Promise<number> {
  const stack = await startStack({
    directory: join(shell.directory, '.belay'),
    environment: { ...shell.environment },
    hosts: [host],
    say: shell.say,
    ports: usualPorts,
  })
  try {
    const worker = await stack.startWorker()
    for (const line of stack.lines) shell.print(line)
    shell.print(`worker    pid ${worker.pid}, host ${host}, log in ${join('.belay', 'worker.log')}`)
    shell.print('Ctrl-C stops all of it; what is kept stays. Commands in this directory find it by themselves.')
    await sayMissing(shell, configFile(shell, options))
    await keepWorker(shell, stack, worker)
    return exitCodes.done
  } finally {
    await stack.stop()
  }
}

/** Found out now, and not by a deployment that stops half way through its gate. */
async function sayMissing(shell: Shell, file: string): Promise<void> {
  const names = await missingVariables(file, host, shell.environment)
  if (names.length === 0) return
  shell.say(`not set here, and ${basename(file)} refers to ${names.join(', ')}: deployments need it where it is used`)
  shell.say(`Next: Ctrl-C, export ${names.map((name) => `${name}=...`).join(' ')}, then belay dev again`)
}

/** Runs need a worker to go on: one that dies is started again until Ctrl-C. One that cannot start ends all of it. */
async function keepWorker(shell: Shell, stack: Stack, first: Program): Promise<void> {
  const interrupted = shell.interrupted().then(() => null)
  for (let worker = first; ; ) {
    const exitCode = await Promise.race([interrupted, worker.ended])
    if (exitCode === null) return
    shell.say(`the worker ${endedWords({ exitCode, signal: null })}; starting it again`)
    worker = await stack.startWorker()
    shell.say(`worker    pid ${worker.pid}`)
  }
}
