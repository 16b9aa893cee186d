import type { Outcome } from '../outcome.ts'
import { words } from '../reason.ts'
import type { GatePolicy } from './policy.ts'

/** The newest drill of one commit in one environment that changed anything, or is still open, as the history has it. */
export type LastDrill = {
  deployment: string
  version: string
  /** null: it is still open. */
  outcome: Outcome | null
  /** Milliseconds until the way back was proven; null: it was not. */
  wayBackMs: number | null
  /** RFC 3339, UTC; null: it is still open. */
  finishedAt: string | null
  /** How it ended, for people. */
  sentence: string | null
}

export type DrillDemand = NonNullable<GatePolicy['rollbackPlan']['drill']>

/** What the last drill says about the way back of `version` now; `next`: what to type where that is not enough. */
export function judgeDrill(
  last: LastDrill | null,
  { environment, withinMs }: DrillDemand,
  { version, nowMs }: { version: string; nowMs: number },
): { ok: boolean; detail: string; next: string | null } {
  const again = `belay drill ${environment} --release ${version}`
  const no = (detail: string, next = again) => ({ ok: false, detail, next })
  if (last === null) return no(`expected a drill of ${version} in ${environment}, found none of this commit`)
  if (last.finishedAt === null) {
    const detail = `the drill of ${last.version} in ${environment} (${last.deployment}) has not ended`
    return no(detail, `belay watch ${environment}; if it was terminated: belay rollback ${environment}, then ${again}`)
  }
  if (last.wayBackMs === null) {
    return no(`the last drill of ${last.version} in ${environment} did not prove the way back: ${whyNot(last)}`)
  }
  const ageMs = nowMs - Date.parse(last.finishedAt)
  const when = `${ago(ageMs)} in ${environment} (${last.deployment})`
  if (ageMs > withinMs) {
    return no(`expected a drill of ${version} at most ${days(withinMs)} ago, the last one was ${when}`)
  }
  return { ok: true, detail: `way back proven: ${words(last.wayBackMs)}, ${when}`, next: null }
}

/** Its first line names the drill, the second says why. */
function whyNot({ sentence, deployment, outcome }: LastDrill): string {
  const [first = '', second] = (sentence ?? '').split('\n')
  const why = second === undefined || second.startsWith('Next: ') ? first : second
  return `${(why || (outcome ?? 'no outcome')).slice(0, 200)} (${deployment})`
}

function ago(ageMs: number): string {
  return `${days(Math.max(0, ageMs))} ago`
}

/** `2 days`, `3 h`, `5 min`, `40 s`: the largest unit is enough for something that is so long ago. */
function days(durationMs: number): string {
  const units = [
    [24 * 3_600_000, (n: number) => (n === 1 ? '1 day' : `${n} days`)],
    [3_600_000, (n: number) => `${n} h`],
    [60_000, (n: number) => `${n} min`],
  ] as const
  for (const [unitMs, told] of units) if (durationMs >= unitMs) return told(Math.floor(durationMs / unitMs))
  return words(durationMs)
}
