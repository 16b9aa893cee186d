import { spawnSync } from 'node:child_process'

/** How many times longer one command takes than another: medians of whole processes, run in turn in one session. */
export function ratioOf(command: readonly string[], base: readonly string[], rounds: number): Ratio {
  const times = { command: [] as number[], base: [] as number[] }
  for (let round = 0; round < rounds; round++) {
    times.command.push(timeOf(command))
    times.base.push(timeOf(base))
  }
  const [commandMs, baseMs] = [median(times.command), median(times.base)]
  return { commandMs, baseMs, ratio: commandMs / baseMs }
}

export type Ratio = { commandMs: number; baseMs: number; ratio: number }

function timeOf([program = '', ...args]: readonly string[]): number {
  const begun = performance.now()
  const { error } = spawnSync(program, args, { stdio: 'ignore' })
  if (error) throw error
  return performance.now() - begun
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
