import { connect } from '../../client/client.ts'
import { provenPlan } from '../../client/sign/signer.ts'
import { superseding } from '../../client/supersede.ts'
import { requireWorkers } from '../../client/workers.ts'
import { ignoredLine } from '../../domain/gate/ignored.ts'
import { type Known, reportingTrouble } from '../ci/report.ts'
import { exitCodes } from '../exit.ts'
import { follow } from '../follow/follow.ts'
import { requestIdOf, takeUp } from '../follow/request.ts'
import { waitOf, whenFree } from '../follow/when-free.ts'
import { askedPlan } from '../plan-asked.ts'
import type { Options } from '../program/command.ts'
import type { Shell } from '../shell/shell.ts'
import { signingOf } from '../signing.ts'

export async function deploy(shell: Shell, args: readonly string[], options: Options): Promise<number> {
  return await reportingTrouble(shell, (known) => deployOrAttach(shell, args, options, known))
}

async function deployOrAttach(shell: Shell, args: readonly string[], options: Options, known: Known): Promise<number> {
  const plan = await askedPlan(shell, args, options, 'deploy')
  const requestId = requestIdOf(shell, options)
  const waitMs = waitOf(options)
  const belay = await connect(shell.environment)
  try {
    const wanted = { kind: 'deployment', ...plan.release } as const
    const before = requestId === null ? null : await belay.requested(plan, requestId, wanted)
    if (before) return await takeUp(shell, known(before), options)
    await requireWorkers(belay, plan)
    const signing = signingOf(shell, options)
    const begin = async () => await belay.deploy(await provenPlan(plan, 'deploy', signing), requestId)
    const replacing = () => superseding(belay, plan, begin, shell.say, signing)
    const run = await whenFree(shell, belay, waitMs, options.supersede === true ? replacing : begin)
    if (run === null) return exitCodes.detached
    known(run)
    if (run.deployment !== plan.deployment) return await takeUp(shell, run, options)
    shell.say(
      `${plan.service} ${plan.release.version} (${plan.release.commit.slice(0, 12)}) to ${plan.environment}: deployment ${plan.deployment}`,
    )
    for (const safety of plan.ignoredSafeties) shell.say(`IGNORED SAFETY ${ignoredLine(safety, plan.performer)}`)
    if (options.detach === true) {
      shell.print(plan.deployment)
      return exitCodes.done
    }
    return await follow(shell, run, { json: options.json === true })
  } finally {
    await belay.close()
  }
}
