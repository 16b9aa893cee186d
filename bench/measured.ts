/** One thing measured beside another in one session: only `ratio` may be compared between machines. */
export type Measured = {
  name: string
  ms: number
  /** What it is held against, and how long that took. */
  base: string
  baseMs: number
  ratio: number
  /** `ratio` at most; null: nothing was aimed at. */
  aim: number | null
}

/** Taken in turn, and the ratio is the median of pairs: what else the machine does falls on both alike. */
export async function measured(
  { name, base, aim, rounds }: { name: string; base: string; aim: number | null; rounds: number },
  { run, runBase }: { run: () => Promise<unknown>; runBase: () => Promise<unknown> },
): Promise<Measured> {
  const times = { run: [] as number[], base: [] as number[] }
  await run()
  await runBase()
  for (let round = 0; round < rounds; round++) {
    times.run.push(await timeOf(run))
    times.base.push(await timeOf(runBase))
  }
  const ratios = times.run.map((ms, round) => ms / (times.base[round] ?? ms))
  return { name, ms: median(times.run), base, baseMs: median(times.base), ratio: median(ratios), aim }
}

export async function timeOf(run: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await run()
  return performance.now() - begun
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

/** Held against a bound and nothing that was measured: a busy machine takes longer, whatever is measured. */
export function atMost(name: string, ms: number, aimMs: number): Measured {
  return { name, ms, base: 'at most', baseMs: aimMs, ratio: ms / aimMs, aim: 1 }
}

export const measuredHeader = row({
  verdict: '',
  name: 'what',
  took: 'took',
  base: 'against',
  ratio: 'ratio',
  aim: 'aim',
})

/** `ok    exact before, 500000 rows         410 ms  the bare query 380 ms         1.08   1.25` */
export function measuredLine({ name, ms, base, baseMs, ratio, aim }: Measured): string {
  const verdict = aim === null ? '' : ratio <= aim ? 'ok' : 'OVER'
  const against = `${base} ${shown(baseMs)}`
  return row({ verdict, name, took: shown(ms), base: against, ratio: ratio.toFixed(2), aim: aim?.toString() ?? '' })
}

type Row = Readonly<Record<'verdict' | 'name' | 'took' | 'base' | 'ratio' | 'aim', string>>

function row({ verdict, name, took, base, ratio, aim }: Row): string {
  return [verdict.padEnd(4), name.padEnd(38), took.padStart(8), base.padEnd(30), ratio.padStart(6), aim.padStart(5)]
    .join('  ')
    .trimEnd()
}

function shown(ms: number): string {
  return `${ms.toFixed(ms < 10 ? 1 : 0)} ms`
}
