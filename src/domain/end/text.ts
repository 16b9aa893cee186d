import type { Outcome } from '../outcome.ts'
import type { Plan } from '../plan.ts'
import { type Reason, reasonDetails, reasonLine } from '../reason.ts'
import { toNothing } from '../rollback/plan.ts'
import { tellingLines } from '../telling-lines.ts'
import { afterRefusal } from './after-refusal.ts'
import { drillFacts, drillHeadline, drillNext } from './drill-text.ts'

export type EndFacts = {
  outcome: Outcome
  reason: Reason | null
  release: { version: string; commit: string }
  live: { version: string; commit: string } | null
  /** The release that a run started as a rollback took off; null: none, or the run was a deployment. */
  rolledBack: { version: string; commit: string } | null
  /** How much went back; absent: all. */
  only?: 'all' | 'database' | 'configuration'
  undone: readonly string[]
  /** Of a release that is live: there was none before it. */
  first?: boolean
  /** Of a drill: milliseconds until the way back was proven; null: it is not; absent: the run was none. */
  wayBackMs?: number | null
}

/**
 * The end of a run for people, the same in CLI, history, notices and the Temporal UI. Line 1 says what happened and
 * where, then why, then what was not simply undone, then the next command; the UI shows the first six lines.
 */
export function endText(plan: Pick<Plan, 'service' | 'environment' | 'deployment' | 'release'>, end: EndFacts): string {
  const telling = end.undone.filter(isTelling).slice(0, 2)
  if (end.wayBackMs === undefined) return lines(headline(plan, end), end, telling, next(plan, end))
  const first = drillHeadline(plan, end, end.wayBackMs)
  return lines(first, end, [...telling, ...drillFacts(plan, end)], drillNext(plan, end))
}

function lines(first: string, { reason }: EndFacts, facts: readonly string[], then: string): string {
  // What the last line says is said once.
  const more = reason ? moreOf(reason).filter((line) => !then.includes(line.replace(/^next: /, ''))) : []
  return [first, ...(reason ? [reasonLine(reason)] : []), ...more, ...facts, then].join('\n')
}

/** Two details that the reason's own line does not hold already; of a gate all, because each is mended by itself. */
function moreOf(reason: Reason): string[] {
  const line = reasonLine(reason)
  const details = [...new Set(reasonDetails(reason).map((detail) => detail.trim().slice(0, 300)))]
  const more = details.filter((detail) => !line.includes(detail))
  return reason.kind === 'step_failed' ? tellingLines(more) : more.slice(0, reason.kind === 'gate' ? more.length : 2)
}

/** What became of the schema, and every step that was not simply done. */
function isTelling(step: string): boolean {
  return step.startsWith('revert') || !step.includes(': done')
}

function headline(plan: Pick<Plan, 'environment' | 'release'>, end: EndFacts): string {
  const { environment } = plan
  const version = versionOf(plan, end)
  switch (end.outcome) {
    case 'SUCCESS':
      return `${end.release.version} is live on ${environment}`
    case 'REFUSED':
      return version === null
        ? `the rollback of ${environment} did not begin; nothing changed`
        : `${version} was not deployed to ${environment}; nothing changed`
    case 'ABORTED':
      return `${version} to ${environment} was aborted; nothing changed`
    case 'SUPERSEDED':
      return `${version} to ${environment} was superseded; nothing changed`
    case 'ROLLED_BACK': {
      if (end.only === 'database' || end.only === 'configuration') {
        return `${end.only} of ${environment} was rolled back; ${end.live?.version ?? 'nothing'} is live`
      }
      const what = version === null ? environment : `${version} on ${environment}`
      return `${what} was rolled back to ${end.live?.version ?? 'nothing (first deployment)'}`
    }
    case 'ROLLBACK_FAILED':
      return `${environment} is half way: the rollback${version === null ? '' : ` of ${version}`} failed`
  }
}

/** What it was about; null: a rollback by hand, whose plan names no release, that took none off. */
function versionOf({ release }: Pick<Plan, 'release'>, { rolledBack }: EndFacts): string | null {
  if (rolledBack) return rolledBack.version
  return /^0+$/.test(release.commit) ? null : release.version
}

function next(plan: Pick<Plan, 'environment' | 'deployment' | 'release'>, end: EndFacts): string {
  const { environment, deployment } = plan
  const version = versionOf(plan, end)
  switch (end.outcome) {
    case 'SUCCESS':
      return end.first === true
        ? nextOfFirst(environment)
        : `Next: belay rollback ${environment} brings the release before it back`
    case 'REFUSED':
      if (version === null) return `Next: belay status ${environment}`
      return `Next: ${afterRefusal({ reason: end.reason, environment, version, deployment })}`
    case 'ABORTED':
      return `Next: belay explain ${deployment}`
    case 'SUPERSEDED':
      return `Next: belay watch ${environment} follows what came in its place`
    case 'ROLLED_BACK':
      if (version === null) return `Next: belay explain ${deployment}`
      return `Next: belay explain ${deployment}; ${version} is blocked until belay clear ${environment} ${version}`
    case 'ROLLBACK_FAILED':
      return `Next: look at the hosts, then belay rollback ${environment}; locked until belay unlock ${environment}`
  }
}

function nextOfFirst(environment: string): string {
  return `Next: nothing was live before it; belay rollback ${environment} --to ${toNothing} stops the service and leaves nothing`
}
