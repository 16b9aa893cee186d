import { join } from 'node:path'
import { createGit } from '../../../activities/git/git.ts'
import type { AdoptionRequest } from '../../../workflows/adopt/survey.ts'
import { adoptRunning } from '../../client/adopt.ts'
import { type Belay, connect } from '../../client/client.ts'
import { Held, Refused, Usage } from '../../client/errors.ts'
import { maintenance } from '../../client/maintenance.ts'
import { newDeploymentId, preparePlan } from '../../client/prepare.ts'
import { requireWorkers } from '../../client/workers.ts'
import { type Adoption, type AdoptionSurvey, adoptionName } from '../../domain/adoption.ts'
import type { Plan } from '../../domain/plan.ts'
import { fromOf, namedOf, releaseOf } from '../adoption/flags.ts'
import { adoptedLine, promiseLines, surveyLines } from '../adoption/lines.ts'
import { requireConfirmation } from '../confirm.ts'
import { exitCodes } from '../exit.ts'
import { argument, configFile, performer } from '../given.ts'
import type { Options } from '../program/command.ts'
import type { Shell } from '../shell/shell.ts'
import { signingOf } from '../signing.ts'

/** Takes a running service that Belay never deployed as version of record: shown, asked for, then written down. */
export async function adopt(shell: Shell, args: readonly string[], options: Options): Promise<number> {
  const environment = argument(args, 0, 'environment')
  if (options.yes !== true && !shell.terminal) {
    throw new Usage('--yes: expected it where nobody can be asked; look first, at a terminal, at what would be adopted')
  }
  const by = await performer(shell, options)
  const plan = await planOf(shell, environment, options, by)
  const request = { plan, from: fromOf(options), named: namedOf(options, plan), by }
  const belay = await connect(shell.environment)
  try {
    await requireWorkers(belay, plan)
    await requireNoRun(belay, plan)
    const survey = await surveyed(shell, belay, request)
    if (options.yes !== true) {
      const question = 'Adopt this as the version of record? The next deployment stops exactly these processes.'
      await requireConfirmation(environment, question)
      shell.say('asked for; checking its health')
    }
    const adoption = await adoptRunning(belay, { ...request, confirmed: survey }, signingOf(shell, options))
    tell(shell, plan, adoption, options)
    return exitCodes.done
  } finally {
    await belay.close()
  }
}

async function planOf(shell: Shell, environment: string, options: Options, performer: string): Promise<Plan> {
  const release = releaseOf(options)
  const plan = await preparePlan(
    { file: configFile(shell, options), environment, ...release, performer, claims: [], ignored: [] },
    {
      git: createGit({ environment: shell.environment }),
      stateDirectory: join(shell.directory, '.belay', 'client'),
      clock: shell.now,
    },
  )
  return { ...plan, deployment: newDeploymentId(adoptionName(plan.release.version)) }
}

/** One that waits at its gate has no claim yet, and would find another world than it was planned for. */
async function requireNoRun(belay: Belay, { service, environment }: Plan): Promise<void> {
  const run = await belay.attach(service, environment)
  if (!run || !(await run.open())) return
  throw new Held(`a run is open on ${environment}. Next: belay status ${environment}, or wait until it has ended`)
}

async function surveyed(shell: Shell, belay: Belay, request: AdoptionRequest): Promise<AdoptionSurvey> {
  const survey = await maintenance(belay, shell.say).surveyAdoption(request)
  for (const found of survey) for (const line of surveyLines(request.plan, found)) shell.say(line)
  const problems = survey.flatMap(({ host, problems: all }) => all.map((problem) => `${host}: ${problem}`))
  if (problems.length === 0) return survey
  throw new Refused(
    `${request.plan.environment} cannot be adopted like this; nothing was changed\n${problems.join('\n')}`,
  )
}

function tell(shell: Shell, plan: Plan, adoption: Adoption, options: Options): void {
  const { environment, release } = plan
  const next = `belay deploy <version> --env ${environment}`
  if (options.json === true) {
    shell.print(JSON.stringify({ schema: 1, environment, ...adoption, next }, null, 2))
    return
  }
  shell.print(`${release.version} is the version of record of ${environment}; nothing of it was stopped or started`)
  for (const line of [...adoption.hosts.map(adoptedLine), ...promiseLines(plan)]) shell.print(line)
  for (const line of adoption.late) shell.print(`LATE ${line}`)
  shell.print(`Next: ${next}; a rollback of it comes back to ${release.version}`)
}
