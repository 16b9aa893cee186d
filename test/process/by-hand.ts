import { spawn } from 'node:child_process'
import { entryOf, executableOf, listProcesses } from '../../activities/process/proc.ts'
import { eventually } from '../support/eventually.ts'

/** A program that a shell has started and waits for, as a person or a simple supervisor does: they share a session. */
export type ByHand = { shell: number; pid(): Promise<number> }

export function byHand(given: { command: readonly string[]; cwd: string; loop?: boolean }): ByHand {
  const words = given.command.map((word) => `'${word}'`).join(' ')
  const run = `(cd '${given.cwd}' && exec ${words})`
  const script = given.loop ? `while true; do ${run}; sleep 0.2; done` : `${run} & wait; sleep 600`
  const shell = spawn('bash', ['-c', script], { cwd: '/', detached: true, stdio: 'ignore' }).pid ?? 0
  return {
    shell,
    pid: async () => {
      const child = () => listProcesses().find((entry) => entry.parent === shell && executes(entry.pid))
      return (await eventually('the program', child)).pid
    },
  }
}

export function endAll(started: readonly ByHand[]): void {
  for (const { shell } of started) {
    for (const entry of listProcesses().filter(({ session }) => session === shell)) kill(entry.pid)
    if (entryOf(shell)) kill(shell)
  }
}

/** The shell's own child becomes the program a moment after it is there. */
function executes(pid: number): boolean {
  return executableOf(pid)?.includes('bash') === false
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended.
  }
}
