import type { Belay } from '../client/client.ts'
import { Refused } from '../client/errors.ts'
import { maintenance } from '../client/maintenance.ts'
import type { Plan } from '../domain/plan.ts'
import { type RollbackSurvey, rollbackLines, rollbackQuestion, type WaitingRun } from '../domain/rollback/words.ts'
import type { RunStatus } from '../domain/status.ts'
import { requireConfirmation } from './confirm.ts'
import type { Shell } from './shell/shell.ts'

type Wish = { to: string | null; only: 'all' | 'database' | 'configuration' }

/**
 * Says what a rollback ends, takes off and brings back, and asks. An open run that has changed something goes back its
 * own whole way: it is named by its version. Throws {@link Refused} where it could not begin, before anything is ended.
 */
export async function confirmRollback(shell: Shell, belay: Belay, plan: Plan, wish: Wish): Promise<void> {
  const { environment } = plan
  const open = await openStatus(belay, plan)
  if (open !== null && !hasChangedNothing(open)) {
    return await requireConfirmation(environment, `Take ${open.release.version} (${open.deployment}) back?`)
  }
  const waiting = open && { deployment: open.deployment, version: open.release.version, phase: open.phase }
  const survey = await surveyed(shell, belay, plan, wish, waiting)
  if (survey?.problem) throw new Refused(`${survey.problem}${waiting ? `; ${waiting.deployment} goes on` : ''}`)
  const asked = { environment, ...wish, waiting, survey }
  for (const line of rollbackLines(asked)) shell.say(line)
  await requireConfirmation(environment, rollbackQuestion(asked))
}

/** A deployment that only waits: it ends, and the rollback is another run, of what is live. */
export function hasChangedNothing({ phase, startedAs }: RunStatus): boolean {
  return startedAs !== 'rollback' && (phase === 'gate' || phase === 'restore points')
}

/** Where nobody is asked it is said all the same. */
export function sayEnds(shell: Shell, { release, deployment, phase }: RunStatus): void {
  shell.say(
    `${release.version} (${deployment}, in phase ${phase}) ends and does not go live; then what is live goes back`,
  )
}

async function openStatus(belay: Belay, plan: Plan): Promise<RunStatus | null> {
  const run = await belay.attach(plan.service, plan.environment)
  if (!run || !(await run.open())) return null
  const status = await run.status()
  return status.phase === 'finished' ? null : status
}

/** null: not known in time, which keeps nobody from going back. */
async function surveyed(
  shell: Shell,
  belay: Belay,
  plan: Plan,
  { to }: Wish,
  waiting: WaitingRun | null,
): Promise<RollbackSurvey | null> {
  try {
    return await maintenance(belay, shell.say).surveyRollback({ plan, to, waiting: waiting?.deployment ?? null })
  } catch (error) {
    shell.say(`what is live could not be asked: ${error instanceof Error ? error.message : String(error)}`)
    return null
  }
}
