import type { Outcome } from './outcome.ts'
import type { Plan } from './plan.ts'
import { type Reason, reasonDetails, reasonLine } from './reason.ts'

export type EndFacts = {
  outcome: Outcome
  reason: Reason | null
  release: { version: string; commit: string }
  live: { version: string; commit: string } | null
  undone: readonly string[]
}

/**
 * The end of a run for people, the same in CLI, history, notices and the Temporal UI. Line 1 says what happened and
 * where, then why, then what was not simply undone, then the next command; at most six lines, because the UI shows no
 * more.
 */
export function endText(plan: Pick<Plan, 'service' | 'environment' | 'deployment' | 'release'>, end: EndFacts): string {
  const why = end.reason ? [reasonLine(end.reason), ...moreOf(end.reason)] : []
  return [headline(plan, end), ...why, ...end.undone.filter(isTelling).slice(0, 2), next(plan, end)].join('\n')
}

/** Two details that the reason's own line does not hold already. */
function moreOf(reason: Reason): string[] {
  const line = reasonLine(reason)
  const details = [...new Set(reasonDetails(reason).map((detail) => detail.trim().slice(0, 300)))]
  const more = details.filter((detail) => !line.includes(detail))
  return reason.kind === 'step_failed' ? tellingLines(more) : more.slice(0, 2)
}

/** Of what a failed command printed: where it says what is wrong, first and last; else its end. Usage texts say it early. */
function tellingLines(printed: readonly string[]): string[] {
  const telling = printed.filter((line) => complaint.test(line))
  const [first] = telling
  const last = telling.at(-1)
  if (first === undefined || last === undefined) return printed.slice(-2)
  return first === last ? [first] : [first, last]
}

const complaint =
  /\b(error|fatal|panic|exception|unknown|invalid|unexpected|missing|cannot|can't|could not|failed|no such|not found|denied|refused|already in use)\b/i

/** What became of the schema, and every step that was not simply done. */
function isTelling(step: string): boolean {
  return step.startsWith('revert') || !step.includes(': done')
}

function headline(plan: Pick<Plan, 'environment' | 'release'>, end: EndFacts): string {
  const { version } = plan.release
  switch (end.outcome) {
    case 'SUCCESS':
      return `${end.release.version} is live on ${plan.environment}`
    case 'REFUSED':
      return `${version} was not deployed to ${plan.environment}; nothing changed`
    case 'ABORTED':
      return `${version} to ${plan.environment} was aborted; nothing changed`
    case 'SUPERSEDED':
      return `${version} to ${plan.environment} was superseded; nothing changed`
    case 'ROLLED_BACK':
      return `${version} on ${plan.environment} was rolled back to ${end.live?.version ?? 'nothing (first deployment)'}`
    case 'ROLLBACK_FAILED':
      return `${plan.environment} is half way: the rollback of ${version} failed`
  }
}

function next(plan: Pick<Plan, 'environment' | 'deployment' | 'release'>, end: EndFacts): string {
  const { environment, deployment, release } = plan
  switch (end.outcome) {
    case 'SUCCESS':
      return `Next: belay rollback ${environment} brings the release before it back`
    case 'REFUSED':
      return `Next: answer what is missing, then deploy again (belay status ${environment})`
    case 'ABORTED':
    case 'SUPERSEDED':
      return `Next: belay history ${environment}`
    case 'ROLLED_BACK':
      return `Next: belay history ${deployment}; ${release.version} is blocked until belay clear ${environment} ${release.version}`
    case 'ROLLBACK_FAILED':
      return `Next: look at the hosts, then belay rollback ${environment}; locked until belay unlock ${environment}`
  }
}
