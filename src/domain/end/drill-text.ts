import { drillCommand } from '../next-command.ts'
import type { Plan } from '../plan.ts'
import { words } from '../reason.ts'
import { afterRefusal } from './after-refusal.ts'
import type { EndFacts } from './text.ts'

type About = Pick<Plan, 'environment' | 'deployment' | 'release'>

/** The first line of a drill's end. `wayBackMs` null: the way back is not proven. */
export function drillHeadline({ environment, release }: About, end: EndFacts, wayBackMs: number | null): string {
  const drill = `drill of ${release.version} on ${environment}`
  switch (end.outcome) {
    case 'ROLLED_BACK':
      if (wayBackMs !== null) return `${drill}: way back proven in ${words(wayBackMs)}`
      return `${drill}: back at ${end.live?.version ?? 'nothing'}, but not proven`
    case 'ROLLBACK_FAILED':
      return `${drill}: half way, the way back failed`
    case 'ABORTED':
      return `${drill} was aborted; nothing changed`
    case 'SUPERSEDED':
      return `${drill} was superseded; nothing changed`
    case 'REFUSED':
    case 'SUCCESS':
      return `${drill} did not begin; nothing changed`
  }
}

/** What runs there after a drill that came back; a drill blocks no release. */
export function drillFacts({ environment }: About, { outcome, live }: EndFacts): string[] {
  return outcome === 'ROLLED_BACK' && live
    ? [`${live.version} is live again on ${environment}; nothing is blocked`]
    : []
}

export function drillNext({ environment, release, deployment }: About, { outcome, reason }: EndFacts): string {
  const { version } = release
  const again = drillCommand(environment, version)
  switch (outcome) {
    case 'REFUSED':
    case 'SUCCESS':
      return `Next: ${afterRefusal({ reason, environment, version, deployment, again })}`
    case 'ROLLED_BACK':
      return reason === null ? `Next: belay record ${deployment}` : `Next: belay explain ${deployment}, then ${again}`
    case 'ABORTED':
    case 'SUPERSEDED':
      return `Next: belay explain ${deployment}`
    case 'ROLLBACK_FAILED':
      return `Next: look at the hosts, then belay rollback ${environment}; locked until belay unlock ${environment}`
  }
}
