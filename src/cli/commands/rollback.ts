import type { RollbackRequest } from '../../../workflows/rollback/by-hand.ts'
import type { Belay, Run } from '../../client/client.ts'
import { Busy, type BusyHolder, Held, Refused, Usage } from '../../client/errors.ts'
import { holderOf } from '../../client/latest.ts'
import { newDeploymentId } from '../../client/prepare.ts'
import { requestKey } from '../../client/request.ts'
import { provenMessage, provenRollback, type Signing } from '../../client/sign/signer.ts'
import { requireWorkers } from '../../client/workers.ts'
import type { Plan } from '../../domain/plan.ts'
import type { RunStatus } from '../../domain/status.ts'
import { parseVersion, shown } from '../../domain/version.ts'
import { type Known, reportingTrouble } from '../ci/report.ts'
import { confirmRollback, hasChangedNothing, sayEnds } from '../confirm-rollback.ts'
import { exitCodes } from '../exit.ts'
import { follow } from '../follow/follow.ts'
import { requestIdOf, takeUp } from '../follow/request.ts'
import { waitOf, whenFree } from '../follow/when-free.ts'
import { argument, text } from '../given.ts'
import { withEnvironment } from '../open.ts'
import type { Options } from '../program/command.ts'
import type { Shell } from '../shell/shell.ts'
import { signingOf } from '../signing.ts'

/** Ends a run that only waits, asks an open one to go back, or starts a rollback of its own. */
export async function rollback(shell: Shell, args: readonly string[], options: Options): Promise<number> {
  return await reportingTrouble(shell, (known) => rollBackOrAttach(shell, args, options, known))
}

async function rollBackOrAttach(
  shell: Shell,
  args: readonly string[],
  options: Options,
  known: Known,
): Promise<number> {
  const environment = argument(args, 0, 'environment')
  const asked = { only: onlyOf(options), to: targetOf(options) }
  return await withEnvironment(shell, options, environment, async ({ belay, plan, by }) => {
    const requestId = requestIdOf(shell, options)
    const before = requestId === null ? null : await belay.requested(plan, requestId, { kind: 'rollback', ...asked })
    if (before) return await takeUp(shell, known(before), options)
    await requireWorkers(belay, plan)
    if (options.yes !== true && shell.terminal) {
      await confirmRollback(shell, belay, plan, asked)
      shell.say('asked for; following')
    }
    const reason = text(options.reason) ?? 'asked for on the command line'
    const waitMs = waitOf(options)
    const request = { ...asked, by, reason, requestId, waits: waitMs > 0, signing: signingOf(shell, options) }
    const run = await whenFree(shell, belay, waitMs, () => goBackIn(shell, belay, plan, request))
    if (run === null) return exitCodes.detached
    known(run)
    if (options.detach === true) return exitCodes.done
    return await follow(shell, run, { json: options.json === true })
  })
}

type Asked = Omit<RollbackRequest, 'plan' | 'proof'> & { requestId: string | null; waits: boolean; signing: Signing }

async function goBackIn(shell: Shell, belay: Belay, plan: Plan, asked: Asked): Promise<Run> {
  return (await openOne(shell, belay, plan, asked)) ?? (await startOne(shell, belay, plan, asked))
}

async function startOne(shell: Shell, belay: Belay, plan: Plan, asked: Asked): Promise<Run> {
  const deployment = newDeploymentId('rollback')
  const { to, only, by, reason, requestId, signing } = asked
  const wish = { plan: { ...plan, deployment }, to, only, by, reason }
  const run = await belay.rollback(await provenRollback(wish, signing), requestId)
  shell.say(`rollback of ${plan.environment}: ${run.deployment}`)
  return run
}

/** The run that goes back already, or does so now that it was asked; null: none is open any more. */
async function openOne(shell: Shell, belay: Belay, plan: Plan, asked: Asked): Promise<Run | null> {
  const run = await belay.attach(plan.service, plan.environment)
  if (!run || !(await run.open())) return null
  const status = await run.status()
  if (status.phase !== 'finished') {
    if (!hasChangedNothing(status)) return await goingBack(shell, belay, run, status, asked)
    sayEnds(shell, status)
    await ask(shell, run, status, asked)
  }
  await run.end()
  return null
}

/** An open run goes back its own whole way: it cannot be told to go elsewhere. */
async function goingBack(shell: Shell, belay: Belay, run: Run, status: RunStatus, asked: Asked): Promise<Run> {
  const { environment, deployment } = status
  if (asked.to !== null || asked.only !== 'all') {
    if (asked.waits) throw new Busy(await holderIn(belay, run))
    const next = `belay rollback ${environment} without --to and --only, or wait until it has ended (belay watch ${environment})`
    throw new Held(`${deployment} is open on ${environment} (phase: ${status.phase}). Next: ${next}`)
  }
  const already = status.startedAs === 'rollback' || status.phase === 'rollback'
  if (already) shell.say(`${environment} is being rolled back already (${deployment})`)
  else await ask(shell, run, status, asked, keyOf(asked))
  return run
}

/** As Temporal knows it: the run itself tells only its newest events, and not when it began. */
async function holderIn({ temporal }: Belay, { workflowId, runId }: Run): Promise<BusyHolder> {
  return holderOf(await temporal.workflow.getHandle(workflowId, runId).describe())
}

/** The message carries the request: asked again, it is found there, though the run has ended meanwhile. */
function keyOf({ requestId, to, only }: Asked): string | undefined {
  return requestId === null ? undefined : requestKey(requestId, { kind: 'rollback', to, only })
}

async function ask(shell: Shell, run: Run, status: RunStatus, asked: Asked, key?: string): Promise<void> {
  const { by, reason, signing } = asked
  const said = { name: 'rollback', deployment: status.deployment, by, reason } as const
  try {
    const { recorded } = await run.tell(await provenMessage(said, status, signing), key)
    shell.say(recorded)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const { environment } = status
    throw new Usage(`refused: ${error.message}. Next: belay status ${environment}`)
  }
}

function onlyOf(options: Options): RollbackRequest['only'] {
  const only = text(options.only) ?? 'all'
  if (only === 'all' || only === 'database' || only === 'configuration') return only
  throw new Usage(`--only: expected database or configuration, got ${shown(only)}`)
}

function targetOf(options: Options): string | null {
  const to = text(options.to)
  if (to === null) return null
  const parsed = parseVersion(to)
  if ('problem' in parsed) throw new Usage(`--to: ${parsed.problem}`)
  return parsed.version
}
