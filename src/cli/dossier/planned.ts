import { environmentPlan } from '../../client/prepare.ts'
import type { Dossier } from '../../domain/dossier/dossier.ts'
import { itemsOfPlan } from '../../domain/plan-items.ts'
import { configFile, performer } from '../given.ts'
import type { Options } from '../program/command.ts'
import type { Shell } from '../shell/shell.ts'

/** A run that nobody started yet, as the configuration file describes it now. */
export async function plannedDossier(shell: Shell, options: Options, environment: string): Promise<Dossier> {
  const by = await performer(shell, options)
  const plan = await environmentPlan(configFile(shell, options), environment, by)
  return {
    toldBy: 'run',
    open: true,
    deployment: plan.deployment,
    kind: 'deployment',
    service: plan.service,
    environment,
    release: plan.release,
    performer: by,
    planDigest: plan.digest,
    plan,
    startedAt: null,
    finishedAt: null,
    phase: null,
    outcome: null,
    reason: null,
    why: null,
    sentence: null,
    waitingFor: null,
    signOff: null,
    onCall: null,
    liveSince: null,
    marker: null,
    logEntry: null,
    ignored: plan.ignoredSafeties,
    items: itemsOfPlan(plan),
    proofs: [],
    events: [],
    samples: [],
    changes: null,
  }
}
