import { checklistSections } from '../../domain/dossier/checklist-text.ts'
import type { Dossier } from '../../domain/dossier/dossier.ts'
import { nextAfter } from '../../domain/dossier/next.ts'
import { verifiedSteps } from '../../domain/dossier/verified.ts'
import { nameWords, when } from '../../domain/item-words.ts'
import { openItems } from '../../domain/waiting.ts'
import { findDossier } from '../dossier/find-dossier.ts'
import { plannedDossier } from '../dossier/planned.ts'
import { printSections } from '../dossier/print-sections.ts'
import { exitCodes } from '../exit.ts'
import { nextLine } from '../follow/leave.ts'
import { argument } from '../given.ts'
import type { Options } from '../program/command.ts'
import type { Shell } from '../shell/shell.ts'

/** Every item of the runbook: answered by whom or what, when; open ones with the command. Before any run: what will be asked. */
export async function checklist(shell: Shell, args: readonly string[], options: Options): Promise<number> {
  const about = argument(args, 0, 'environment or deployment')
  const found = await findDossier(shell, options, about)
  const dossier = found?.dossier ?? (await plannedDossier(shell, options, about))
  const signable = found?.status ? openItems(found.status) : []
  const next = found
    ? found.status
      ? nextLine(found.status)
      : found.dossier.open
        ? null
        : nextAfter(dossier)
    : firstNext(about)
  if (options.json === true) {
    const { deployment, environment, service, release, outcome, items, ignored } = dossier
    const data = { schema: 1, service, environment, deployment, release, outcome, items, signable, ignored }
    shell.print(JSON.stringify({ ...data, verification: verifiedSteps(dossier), next }, null, 2))
  } else printSections(shell, headline(dossier, found !== null), checklistSections(dossier, signable), next)
  return exitCodes.done
}

function firstNext(environment: string): string {
  return `Next: belay deploy <version> --env ${environment}`
}

function headline(dossier: Dossier, isRun: boolean): string {
  const { kind, release, environment, performer, performerProven, startedAt, outcome, phase, deployment } = dossier
  if (!isRun) return `what a deployment to ${environment} will be asked`
  const state = outcome ?? phase ?? 'not verified yet'
  const begun = startedAt ? `, started ${when(startedAt)}` : ''
  const nothing =
    kind === 'deployment' || kind === 'drill'
      ? ''
      : ` (a ${kind === 'manual' ? 'deployment by hand' : 'rollback'} has no checklist of its own)`
  return `${release.version} on ${environment}: ${state}  ${kind} ${deployment} by ${nameWords(performer, performerProven)}${begun}${nothing}`
}
