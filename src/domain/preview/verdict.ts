import type { Finding } from '../gate/finding.ts'
import type { PlannedItem } from './answers.ts'
import type { OpenRun } from './facts.ts'
import type { PlannedSignature } from './people.ts'

/**
 * What would become of it now. `starts`: nothing and nobody is in the way, as far as can be known without running
 * anything; `waits`: only for people; `busy`: another run holds the environment; `refused`: a rule or an item says no.
 */
export type Verdict = 'starts' | 'waits' | 'busy' | 'refused'

type Found = {
  rules: readonly Finding[]
  items: readonly PlannedItem[]
  people: readonly PlannedSignature[]
  openRun: OpenRun | null
}

export function verdictOf(found: Found): Verdict {
  const { rules, items, people, openRun } = found
  const saysNo = rules.some((rule) => !rule.holds && !isHeldBy(rule, openRun))
  if (saysNo || items.some(({ state }) => state === 'failed')) return 'refused'
  if (openRun) return 'busy'
  return people.some(({ when }) => when === 'before') ? 'waits' : 'starts'
}

/** A host that the open run has claimed is free when that run is over. */
export function isHeldBy({ reason }: Finding, openRun: OpenRun | null): boolean {
  return openRun !== null && reason?.kind === 'locked' && reason.lock.by === openRun.deployment
}
