import type { Dossier } from './dossier.ts'
import type { Reason } from './reason.ts'

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
      return `Next: ${afterRefusal(dossier)}`
    case 'ABORTED':
    case 'SUPERSEDED':
      return `Next: belay deploy ${release.version} --env ${environment}, when it is time`
    case 'ROLLED_BACK':
      if (kind === 'rollback') return `Next: belay check ${environment}`
      return `Next: ${logsOf(dossier)}mend it and deploy a new version; or belay clear ${environment} ${release.version} --reason "..." to try this one again`
    case 'ROLLBACK_FAILED':
      return `Next: look at the hosts, then belay rollback ${environment}; when all is well belay unlock ${environment}`
  }
}

function afterRefusal(dossier: Dossier): string {
  const { reason, environment, release } = dossier
  const again = `then belay deploy ${release.version} --env ${environment}`
  switch (reason?.kind) {
    case 'locked':
      return `belay status ${environment} (who holds it, until when), ${again}`
    case 'blocked':
      return `belay clear ${environment} ${release.version} --reason "...", ${again}`
    case 'history_away':
      return `belay doctor, ${again}`
    case 'gate_expired':
      return `find who signs ${reason.items.join(', ')}, ${again}`
    default:
      return `${logsOf(dossier)}mend what stood in the way, ${again}`
  }
}

/** Where a command of the service failed, everything it printed is one command away. */
function logsOf({ reason, deployment }: Dossier): string {
  const step = commandBehind(reason)
  return step === null ? '' : `belay logs ${deployment} ${step}, `
}

function commandBehind(reason: Reason | null): string | null {
  if (reason?.kind === 'gate') {
    const failed = reason.items.find(({ item, why }) => item.startsWith('pre.') && why.includes('expected exit 0'))
    return failed ? `evidence-${failed.item.slice('pre.'.length)}` : null
  }
  if (reason?.kind !== 'step_failed' && reason?.kind !== 'preparation_failed') return null
  return stepFiles[reason.step] ?? null
}

/** Steps of the story that leave output behind, by the name under which it is kept. */
const stepFiles: Readonly<Record<string, string>> = {
  build: 'build',
  fetch: 'fetch',
  migrate: 'migrate',
  revertMigrations: 'revert',
  switchRelease: 'switch',
  switchBack: 'switch-back',
}
