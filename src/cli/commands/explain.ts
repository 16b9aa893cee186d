import { undoneSteps } from '../../domain/dossier/dossier.ts'
import { explain } from '../../domain/dossier/explain.ts'
import { nextAfter } from '../../domain/dossier/next.ts'
import { type Found, findDossier } from '../dossier/find-dossier.ts'
import { printSections } from '../dossier/print-sections.ts'
import { exitCodes } from '../exit.ts'
import { nextLine } from '../follow/leave.ts'
import { argument } from '../given.ts'
import type { Options } from '../program/command.ts'
import type { Shell } from '../shell/shell.ts'

/** Why a run ended as it did, or what it is doing: for somebody who was not there. */
export async function explainRun(shell: Shell, args: readonly string[], options: Options): Promise<number> {
  const about = argument(args, 0, 'deployment or environment')
  const found = await findDossier(shell, options, about)
  const json = options.json === true
  if (found === null) return nothingYet(shell, about, json)
  const { plan: _, ...dossier } = found.dossier
  const next = nextOf(found)
  if (json) {
    const data = { schema: 1, ...dossier, undone: undoneSteps(dossier), next }
    shell.print(JSON.stringify(data, null, 2))
  } else {
    const { headline, sections } = explain(found.dossier)
    printSections(shell, headline, sections, next)
  }
  return exitCodes.done
}

function nothingYet(shell: Shell, environment: string, json: boolean): number {
  const next = `Next: belay deploy <version> --env ${environment}`
  if (json) shell.print(JSON.stringify({ schema: 1, environment, deployment: null, next }, null, 2))
  else shell.print(`nothing was ever deployed to ${environment}. ${next}`)
  return exitCodes.done
}

function nextOf({ dossier, status }: Found): string {
  if (!dossier.open || status === null) return nextAfter(dossier)
  return nextLine(status) ?? `Next: belay watch ${dossier.environment}`
}
