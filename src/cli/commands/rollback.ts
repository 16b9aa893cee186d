import { createInterface } from 'node:readline/promises'
import type { Belay } from '../../client/client.ts'
import { Usage } from '../../client/errors.ts'
import { newDeploymentId } from '../../client/prepare.ts'
import { requireWorkers } from '../../client/workers.ts'
import type { Plan } from '../../domain/plan.ts'
import type { Options } from '../belay.ts'
import { exitCodes } from '../exit.ts'
import { follow } from '../follow.ts'
import { argument, text, withEnvironment } from '../open.ts'
import type { Shell } from '../shell.ts'

/** Ends a run that only waits, asks an open one to go back, or starts a rollback of its own. */
export async function rollback(shell: Shell, args: readonly string[], options: Options): Promise<number> {
  const environment = argument(args, 0, 'environment')
  const only = text(options.only) ?? 'all'
  if (only !== 'all' && only !== 'database' && only !== 'configuration') {
    throw new Usage(`--only: expected database or configuration, got ${only}`)
  }
  return await withEnvironment(shell, options, environment, async ({ belay, plan, by }) => {
    await requireWorkers(belay, plan)
    const reason = text(options.reason) ?? 'asked for on the command line'
    const to = text(options.to)
    if (options.yes !== true && shell.terminal) await confirm(shell, environment, to, only)
    const open = await openForward(belay, plan)
    if (open) {
      const { recorded } = await open.run.tell({ name: 'rollback', deployment: open.deployment, by, reason })
      shell.say(recorded)
      if (!open.ends) return await follow(shell, open.run, { json: options.json === true })
      await open.run.end()
    }
    const run = await belay.rollback({
      plan: { ...plan, deployment: newDeploymentId('rollback') },
      to,
      only,
      by,
      reason,
    })
    if (options.detach === true) return exitCodes.done
    return await follow(shell, run, { json: options.json === true })
  })
}

/** The open run, if there is one; `ends`: it has changed nothing yet, so it ends and a rollback of its own follows. */
async function openForward(belay: Belay, plan: Plan) {
  const run = await belay.attach(plan.service, plan.environment)
  if (!run || !(await run.open())) return null
  const status = await run.status()
  return { run, deployment: status.deployment, ends: status.phase === 'gate' || status.phase === 'restore points' }
}

async function confirm(shell: Shell, environment: string, to: string | null, only: string): Promise<void> {
  const input = createInterface({ input: process.stdin, output: process.stderr })
  const what = only === 'all' ? 'code, database and configuration' : only
  const answer = await input.question(
    `Roll ${what} of ${environment} back to ${to ?? 'the release before'}? Type the environment's name: `,
  )
  input.close()
  if (answer.trim() !== environment)
    throw new Usage(`expected ${environment}, got ${answer.trim() || 'nothing'}; nothing was changed`)
  shell.say('asked for; following')
}
