import { nameWords } from '../item-words.ts'
import type { IgnoredSafety, Plan } from '../plan.ts'
import { type Finding, held } from './finding.ts'
import { type GateRule, gateRules } from './safety-rules.ts'

type Ignoring = Pick<Plan, 'gate' | 'performer' | 'ignoredSafeties'>

/** Who ignores this rule of the gate, and why; null: nobody does, or it is none that can be ignored. */
export function ignoredRule({ gate, ignoredSafeties }: Ignoring, rule: string): IgnoredSafety | null {
  if (!gate.policy || !isGateRule(rule)) return null
  return ignoredSafeties.find((safety) => safety.rule === rule) ?? null
}

/** The rules of the gate that whoever deploys ignores: not those that the reviewed configuration gives a reason for. */
export function ignoredByPerformer({ performer, ignoredSafeties }: Ignoring): IgnoredSafety[] {
  return ignoredSafeties.filter(({ rule, by }) => by === performer && isGateRule(rule))
}

/** What an ignored rule found counts as held. A host's finding carries the host's name, which may be equal to a rule's id. */
export function heeded(
  plan: Ignoring & Pick<Plan, 'hosts'>,
  finding: Finding,
): { finding: Finding; ignored: IgnoredSafety | null } {
  const ignored = finding.holds || plan.hosts.includes(finding.rule) ? null : ignoredRule(plan, finding.rule)
  return { finding: ignored === null ? finding : held(finding.rule, `ignored: ${finding.why}`), ignored }
}

/** `peak_hours by ci@example.com (claimed): hotfix`. One in the configuration was reviewed with it and is no claim. */
export function ignoredLine({ rule, by, reason }: IgnoredSafety, performer: string, proven?: boolean): string {
  return `${rule} by ${by === performer ? nameWords(by, proven) : by}: ${reason}`
}

/** `peak_hours ("hotfix")` */
export function safetyWords({ rule, reason }: IgnoredSafety): string {
  return `${rule} ("${reason}")`
}

function isGateRule(rule: string): rule is GateRule {
  return gateRules.some((known) => known === rule)
}
