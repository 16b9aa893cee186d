import { join } from 'node:path'
import { createGit } from '../../../activities/git/git.ts'
import { connect } from '../../client/client.ts'
import { Usage } from '../../client/errors.ts'
import { preparePlan } from '../../client/prepare.ts'
import { superseding } from '../../client/supersede.ts'
import { requireWorkers } from '../../client/workers.ts'
import { preItems } from '../../domain/checklist.ts'
import { ignoredLine } from '../../domain/gate/ignored.ts'
import type { EvidenceClaim, IgnoredSafety } from '../../domain/plan.ts'
import { isCommitId, shown } from '../../domain/version.ts'
import { type Known, reportingTrouble } from '../ci/report.ts'
import { exitCodes } from '../exit.ts'
import { follow } from '../follow/follow.ts'
import { requestIdOf, takeUp } from '../follow/request.ts'
import { waitOf, whenFree } from '../follow/when-free.ts'
import { argument, configFile, performer, text } from '../given.ts'
import type { Options } from '../program/command.ts'
import type { Shell } from '../shell/shell.ts'

export async function deploy(shell: Shell, args: readonly string[], options: Options): Promise<number> {
  return await reportingTrouble(shell, (known) => deployOrAttach(shell, args, options, known))
}

async function deployOrAttach(shell: Shell, args: readonly string[], options: Options, known: Known): Promise<number> {
  const release = argument(args, 0, 'release')
  const version = text(options.version)
  if (version === null && isCommitId(release)) {
    throw new Usage(
      `expected the version that this commit gets. Next: belay deploy ${release} --version 1.2.3 --env ENV`,
    )
  }
  const by = await performer(shell, options)
  const plan = await preparePlan(
    {
      file: configFile(shell, options),
      environment: text(options.env) ?? '',
      version: version ?? release,
      commit: version === null ? null : release,
      performer: by,
      claims: claims(options.evidence, by),
      ignored: ignored(options, by),
    },
    {
      git: createGit({ environment: shell.environment }),
      stateDirectory: join(shell.directory, '.belay', 'client'),
      clock: shell.now,
    },
  )
  const requestId = requestIdOf(shell, options)
  const waitMs = waitOf(options)
  const belay = await connect(shell.environment)
  try {
    const wanted = { kind: 'deployment', ...plan.release } as const
    const before = requestId === null ? null : await belay.requested(plan, requestId, wanted)
    if (before) return await takeUp(shell, known(before), options)
    await requireWorkers(belay, plan)
    const begin = () => belay.deploy(plan, requestId)
    const replacing = () => superseding(belay, plan, begin, shell.say)
    const run = await whenFree(shell, belay, waitMs, options.supersede === true ? replacing : begin)
    if (run === null) return exitCodes.detached
    known(run)
    if (run.deployment !== plan.deployment) return await takeUp(shell, run, options)
    shell.say(
      `${plan.service} ${plan.release.version} (${plan.release.commit.slice(0, 12)}) to ${plan.environment}: deployment ${plan.deployment}`,
    )
    for (const safety of plan.ignoredSafeties) shell.say(`IGNORED SAFETY ${ignoredLine(safety, by)}`)
    if (options.detach === true) {
      shell.print(plan.deployment)
      return exitCodes.done
    }
    return await follow(shell, run, { json: options.json === true })
  } finally {
    await belay.close()
  }
}

function claims(given: unknown, by: string): EvidenceClaim[] {
  return strings(given).map((claim) => {
    const at = claim.indexOf('=')
    const item = preItems.find((known) => known === claim.slice(0, at))
    if (at < 0 || !item)
      throw new Usage(`--evidence: expected item=url with item one of ${preItems.join(', ')}, got ${shown(claim)}`)
    return { item, url: claim.slice(at + 1), by }
  })
}

function ignored(options: Options, by: string): IgnoredSafety[] {
  const rules = strings(options.ignore)
  const reason = text(options.reason)
  if (rules.length > 0 && reason === null)
    throw new Usage('--ignore: expected --reason with it; an ignored safety stays on the record')
  return rules.map((rule) => ({ rule, reason: reason ?? '', by }))
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}
