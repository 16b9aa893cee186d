import { afterRefusal, logsFirst } from '../end/after-refusal.ts'
import { drillCommand } from '../next-command.ts'
import type { Dossier } from './dossier.ts'

/** The command that helps after a run has ended, from how it ended and why. */
export function nextAfter(dossier: Dossier): string {
  const { outcome, environment, release, deployment, kind } = dossier
  switch (outcome) {
    case null:
      if (kind === 'manual') return `Next: belay marker verify ${environment}`
      return `Next: look at the hosts, then belay rollback ${environment}`
    case 'SUCCESS':
      return `Next: belay record ${deployment}`
    case 'REFUSED':
      if (kind === 'rollback') return `Next: belay status ${environment}`
      return `Next: ${afterRefusal({ ...dossier, version: release.version, ...drillAgain(dossier) })}`
    case 'ABORTED':
      return `Next: ${drillAgain(dossier).again ?? `belay deploy ${release.version} --env ${environment}`}, when it is time`
    case 'SUPERSEDED':
      return `Next: belay status ${environment} (what came in its place)`
    case 'ROLLED_BACK':
      if (kind === 'rollback') return `Next: belay check ${environment}`
      if (kind === 'drill') return afterDrill(dossier)
      return `Next: ${logsFirst(dossier)}mend it and deploy a new version; or belay clear ${environment} ${release.version} --reason "..." to try this one again`
    case 'ROLLBACK_FAILED':
      return `Next: look at the hosts, then belay rollback ${environment}; when all is well belay unlock ${environment}`
  }
}

/** What starts a drill anew; empty: it was none. */
function drillAgain({ kind, environment, release }: Dossier): { again?: string } {
  return kind === 'drill' ? { again: drillCommand(environment, release.version) } : {}
}

/** Nothing is blocked by a drill: what it proved is on the record, what it did not can be tried again. */
function afterDrill({ deployment, environment, release, wayBackMs = null }: Dossier): string {
  if (wayBackMs !== null) return `Next: belay record ${deployment}`
  return `Next: mend it, then belay drill ${environment} --release ${release.version}`
}
