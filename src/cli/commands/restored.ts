import type { Belay } from '../../client/client.ts'
import { Held, Refused, Usage } from '../../client/errors.ts'
import { maintenance } from '../../client/maintenance.ts'
import { requireWorkers } from '../../client/workers.ts'
import { acceptedSentence, type RestoredSurvey, restoredLines } from '../../domain/migration/restored.ts'
import type { Plan } from '../../domain/plan.ts'
import { requireConfirmation } from '../confirm.ts'
import { exitCodes } from '../exit.ts'
import { argument, requiredReason } from '../given.ts'
import { withEnvironment } from '../open.ts'
import type { Options } from '../program/command.ts'
import type { Shell } from '../shell/shell.ts'
import { signingOf } from '../signing.ts'

/** Somebody restored an older backup: what the database lacks is shown, asked for, and taken for not applied any more. */
export async function restored(shell: Shell, args: readonly string[], options: Options): Promise<number> {
  const environment = argument(args, 0, 'environment')
  const reason = requiredReason(options)
  if (options.yes !== true && !shell.terminal) {
    throw new Usage(
      '--yes: expected it where nobody can be asked; look first, at a terminal, at what would be accepted',
    )
  }
  return await withEnvironment(shell, options, environment, async ({ belay, plan, by }) => {
    await requireWorkers(belay, plan)
    await requireNoRun(belay, plan)
    const shown = await surveyed(shell, belay, plan)
    if (options.yes !== true) {
      const question = 'Go on from this database? Nothing in it is changed; what it lacks counts as never applied.'
      await requireConfirmation(environment, question)
    }
    const signing = signingOf(shell, options)
    const { at, late } = await maintenance(belay, shell.say, { signing }).acceptRestored(plan, shown, by, reason)
    const names = shown.vanished.map(({ name }) => name)
    tell(
      shell,
      { plan, shown, late, text: acceptedSentence(names, { by, claimed: plan.identity !== 'ssh', reason, at }), at },
      options,
    )
    return exitCodes.done
  })
}

/** One that waits has looked at the database already, or is about to change it. */
async function requireNoRun(belay: Belay, { service, environment }: Plan): Promise<void> {
  const run = await belay.attach(service, environment)
  if (!run || !(await run.open())) return
  throw new Held(
    `a run is open on ${environment}. Next: belay explain ${environment}, and end it first; a rollback that waits for this database is answered with skip`,
  )
}

async function surveyed(shell: Shell, belay: Belay, plan: Plan): Promise<RestoredSurvey> {
  const shown = await maintenance(belay, shell.say).surveyRestored(plan)
  if (shown.problems.length > 0) throw new Refused(`nothing was accepted: ${shown.problems.join('; ')}`)
  for (const line of restoredLines(shown)) shell.say(line)
  return shown
}

type Told = { plan: Plan; shown: RestoredSurvey; late: readonly string[]; text: string; at: string }

function tell(shell: Shell, { plan, shown, late, text, at }: Told, options: Options): void {
  const { environment } = plan
  const next = `belay deploy ${shown.release?.version ?? '<version>'} --env ${environment}`
  if (options.json === true) {
    const { vanished, applied, schema } = shown
    shell.print(JSON.stringify({ schema: 1, environment, at, vanished, applied, differs: schema, late, next }, null, 2))
    return
  }
  shell.print(`${environment}: ${text}`)
  for (const line of late) shell.print(`LATE ${line}`)
  shell.print(`Next: ${next}, or a newer release: what it brings and the database lacks is applied anew`)
}
