import { when } from '../item-words.ts'
import type { Release } from '../plan.ts'
import { words } from '../reason.ts'

/** What an environment's history says of one commit. Times are RFC 3339, UTC. */
export type PromotionFacts = {
  /** The newest SUCCESS of the commit that was not taken back since; null: there is none. */
  success: { deployment: string; version: string; at: string } | null
  /** How long it was live there in all, up to now or to what took its place. */
  live: { totalMs: number; now: boolean }
  /** The newest time it was rolled back there, and whether that still blocks it; null: never. */
  takenOff: { at: string; reason: string; blocked: boolean } | null
  /** The newest SUCCESS under the same version with another commit. */
  otherCommit: { commit: string; at: string } | null
  /** The newest SUCCESS of any release. */
  last: Release | null
}

export type Promotion = { ok: boolean; detail: string; next?: string; allowedAt?: string }

type Asked = { environment: string; maxAgeMs: number | null; soakMs: number; release: Release; nowMs: number }

/** Yes: the same commit was a SUCCESS there, not too long ago, was live long enough, and was never taken back since. */
export function judgePromotion(facts: PromotionFacts, asked: Asked): Promotion {
  const { environment, maxAgeMs, soakMs, nowMs } = asked
  const next = `belay deploy ${asked.release.version} --env ${environment}`
  if (facts.success === null)
    return { ok: false, detail: noneWords(facts, asked), next: nextWithout(facts, asked, next) }
  const { deployment, at } = facts.success
  const ageMs = Math.max(0, nowMs - Date.parse(at))
  const found = `SUCCESS in ${environment} at ${when(at)} (deployment ${deployment})`
  if (maxAgeMs !== null && ageMs > maxAgeMs) {
    return { ok: false, detail: `${found} is ${words(ageMs)} old, at most ${words(maxAgeMs)} counts`, next }
  }
  const { totalMs, now } = facts.live
  const missingMs = soakMs - totalMs
  if (missingMs <= 0) return { ok: true, detail: `${found}, live there for ${words(totalMs)}` }
  const soaked = `${found}, live there for ${words(totalMs)} of ${words(soakMs)}`
  if (!now) return { ok: false, detail: `${soaked}, then something else took its place`, next }
  return { ok: false, detail: soaked, allowedAt: new Date(nowMs + missingMs).toISOString() }
}

function noneWords({ takenOff, otherCommit, last }: PromotionFacts, { environment, release }: Asked): string {
  const what = `${release.version} (${short(release.commit)})`
  if (takenOff) {
    const why = takenOff.reason.split('\n')[0]?.slice(0, 120)
    return `${what} was rolled back in ${environment} at ${when(takenOff.at)}: ${why}`
  }
  if (otherCommit) {
    return `${what} has no SUCCESS in ${environment}; ${release.version} there was another commit, ${short(otherCommit.commit)}`
  }
  const there = last ? `the last one there is ${last.version} (${short(last.commit)})` : 'nothing has one there'
  return `${what} has no SUCCESS in ${environment}; ${there}`
}

function nextWithout({ takenOff }: PromotionFacts, { environment, release }: Asked, next: string): string {
  return takenOff?.blocked ? `belay clear ${environment} ${release.version} --reason "...", then ${next}` : next
}

function short(commit: string): string {
  return commit.slice(0, 12)
}

/** A run that decided what an environment runs; `commit` null: nothing was live after it, or nobody knows what. */
export type Turn = { startedAt: string; finishedAt: string; commit: string | null }

/** How long the commit was live over these turns, oldest first; whatever else comes ends it when it begins. */
export function liveOver(turns: readonly Turn[], commit: string, nowMs: number): PromotionFacts['live'] {
  let [totalMs, sinceMs]: [number, number | null] = [0, null]
  for (const turn of turns) {
    if (turn.commit === commit) sinceMs ??= Date.parse(turn.finishedAt)
    else if (sinceMs !== null) {
      totalMs += Math.max(0, Date.parse(turn.startedAt) - sinceMs)
      sinceMs = null
    }
  }
  const runningMs = sinceMs === null ? 0 : Math.max(0, nowMs - sinceMs)
  return { totalMs: totalMs + runningMs, now: sinceMs !== null }
}
