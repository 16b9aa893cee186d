import { availableParallelism, loadavg } from 'node:os'

export type Machine = { processors: number; load: number; busy: boolean; words: string }

/** How busy it is before anything is measured: more than half of its processors at work for others. Windows tells nothing. */
export function machineNow(): Machine {
  const processors = availableParallelism()
  const [load = 0] = loadavg()
  const busy = load > processors / 2
  const state = `${processors} processors, load ${load.toFixed(1)}`
  const words = busy
    ? `The machine is busy (${state}): times are longer than they need be, only ratios of two measurements count.`
    : `The machine is quiet (${state}).`
  return { processors, load, busy, words }
}
