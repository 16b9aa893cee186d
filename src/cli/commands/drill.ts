import { join } from 'node:path'
import { createGit } from '../../../activities/git/git.ts'
import { connect } from '../../client/client.ts'
import { requireDrillsAllowed } from '../../client/drill-permission.ts'
import { preparePlan } from '../../client/prepare.ts'
import { provenPlan } from '../../client/sign/signer.ts'
import { requireWorkers } from '../../client/workers.ts'
import type { Plan } from '../../domain/plan.ts'
import { type Known, reportingTrouble } from '../ci/report.ts'
import { exitCodes } from '../exit.ts'
import { follow } from '../follow/follow.ts'
import { requestIdOf, takeUp } from '../follow/request.ts'
import { waitOf, whenFree } from '../follow/when-free.ts'
import { argument, configFile, performer, text } from '../given.ts'
import type { Options } from '../program/command.ts'
import type { Shell } from '../shell/shell.ts'
import { signingOf } from '../signing.ts'

/** Deploys a release and takes it back on purpose; exit code 0 when both ends are proven. */
export async function drill(shell: Shell, args: readonly string[], options: Options): Promise<number> {
  return await reportingTrouble(shell, (known) => drillOrAttach(shell, args, options, known))
}

async function drillOrAttach(shell: Shell, args: readonly string[], options: Options, known: Known): Promise<number> {
  const plan = await planOf(shell, args, options)
  const requestId = requestIdOf(shell, options)
  const waitMs = waitOf(options)
  requireDrillsAllowed(plan)
  const belay = await connect(shell.environment)
  try {
    const wanted = { kind: 'drill', ...plan.release } as const
    const before = requestId === null ? null : await belay.requested(plan, requestId, wanted)
    if (before) return await takeUp(shell, known(before), options)
    await requireWorkers(belay, plan)
    const signing = signingOf(shell, options)
    const begin = async () => await belay.drill(await provenPlan(plan, 'drill', signing), requestId)
    const run = await whenFree(shell, belay, waitMs, begin)
    if (run === null) return exitCodes.detached
    known(run)
    if (run.deployment !== plan.deployment) return await takeUp(shell, run, options)
    shell.say(begun(plan))
    if (options.detach !== true) return await follow(shell, run, { json: options.json === true })
    shell.print(plan.deployment)
    return exitCodes.done
  } finally {
    await belay.close()
  }
}

async function planOf(shell: Shell, args: readonly string[], options: Options): Promise<Plan> {
  const asked = {
    file: configFile(shell, options),
    environment: argument(args, 0, 'environment'),
    version: text(options.release) ?? '',
    commit: null,
    performer: await performer(shell, options),
    claims: [],
    ignored: [],
  }
  return await preparePlan(asked, {
    git: createGit({ environment: shell.environment }),
    stateDirectory: join(shell.directory, '.belay', 'client'),
    clock: shell.now,
  })
}

function begun({ service, release, environment, deployment }: Plan): string {
  const what = `${service} ${release.version} (${release.commit.slice(0, 12)})`
  return `drill of ${what} on ${environment}: it goes live, and back again on purpose: deployment ${deployment}`
}
