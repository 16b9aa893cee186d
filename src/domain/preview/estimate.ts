/** One deployment that passed: how long all of it took, and each phase of it, waiting for people included. */
export type PastRun = { ms: number; phases: Readonly<Record<string, number>> }

/** Medians, so that one night of waiting for a signature does not make every estimate a night. */
export type Estimate = {
  /** How many runs it rests on. */
  runs: number
  /** null: fewer than {@link enoughRuns}. */
  medianMs: number | null
  /** By phase, in the order of the story; those that every run had. */
  phases: readonly { phase: string; medianMs: number }[]
}

/** Two runs are an anecdote. */
export const enoughRuns = 3

export function estimateFrom(past: readonly PastRun[]): Estimate {
  if (past.length < enoughRuns) return { runs: past.length, medianMs: null, phases: [] }
  const known = Object.keys(past[0]?.phases ?? {}).filter((phase) => past.every((run) => phase in run.phases))
  const phases = known.map((phase) => ({ phase, medianMs: median(past.map((run) => run.phases[phase] ?? 0)) }))
  return { runs: past.length, medianMs: median(past.map((run) => run.ms)), phases }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const [low = 0, high = low] = [sorted[middle - ((sorted.length + 1) % 2)], sorted[middle]]
  return Math.round((low + high) / 2)
}
