import type { Belay } from '../../client/client.ts'
import { Usage } from '../../client/errors.ts'
import { maintenance } from '../../client/maintenance.ts'
import { newDeploymentId, planByHand } from '../../client/prepare.ts'
import { requireWorkers } from '../../client/workers.ts'
import type { Marker } from '../../domain/marker.ts'
import type { Plan } from '../../domain/plan.ts'
import { isCommitId, parseVersion, shown } from '../../domain/version.ts'
import { exitCodes } from '../exit.ts'
import { argument, text } from '../given.ts'
import { withEnvironment } from '../open.ts'
import type { Options } from '../program/command.ts'
import { withHistory } from '../read-history.ts'
import type { Shell } from '../shell/shell.ts'
import { nameOf, signingOf } from '../signing.ts'

/** The marker of a deployment by hand: created before it, verified after it, shown any time. */
export async function marker(shell: Shell, args: readonly string[], options: Options): Promise<number> {
  const action = argument(args, 0, 'action')
  if (!isAction(action)) throw new Usage(`expected create, verify or show; got ${shown(action)}`)
  return await withEnvironment(shell, options, argument(args, 1, 'environment'), async ({ belay, plan, by }) => {
    await requireWorkers(belay, plan)
    switch (action) {
      case 'create':
        return await create(shell, belay, plan, by, options)
      case 'verify':
        return await verify(shell, belay, plan, by, options)
      case 'show':
        return await show(shell, belay, plan, options)
    }
  })
}

function isAction(text: string): text is 'create' | 'verify' | 'show' {
  return text === 'create' || text === 'verify' || text === 'show'
}

async function create(shell: Shell, belay: Belay, plan: Plan, by: string, options: Options): Promise<number> {
  const version = parseVersion(text(options.version) ?? '')
  if ('problem' in version) throw new Usage(`--version: ${version.problem}`)
  const commit = text(options.commit)
  if (commit === null || !isCommitId(commit)) {
    throw new Usage(
      `--commit: expected all 40 digits of a commit id, got ${commit === null ? 'nothing' : shown(commit)}`,
    )
  }
  const release = { version: version.version, commit }
  const manual = planByHand(plan, release, newDeploymentId(`manual-${version.version}`))
  const { until } = await maintenance(belay, shell.say, { signing: signingOf(shell, options) }).createMarker(manual, by)
  shell.print(
    `marker of ${version.version} written on ${plan.hosts.join(', ')}; ${plan.environment} is locked for ${nameOf(plan, by)} until ${until}`,
  )
  shell.print(`Next: deploy by hand, then: belay marker verify ${plan.environment}`)
  return exitCodes.done
}

async function verify(shell: Shell, belay: Belay, plan: Plan, by: string, options: Options): Promise<number> {
  const { service, environment } = plan
  const open = await withHistory(shell, async (history) => {
    const { rows } = await history.listDeployments({ service, environment, kind: 'manual', limit: 1 })
    return rows[0]?.outcome === null ? rows[0] : null
  })
  if (!open)
    throw new Usage(
      `no manual deployment of ${environment} is open; begin one with: belay marker create ${environment} --version V --commit C`,
    )
  const manual = planByHand(plan, { version: open.version, commit: open.commit }, open.deployment)
  const verdict = await maintenance(belay, shell.say, { signing: signingOf(shell, options) }).verifyMarker(manual, by)
  for (const problem of verdict.problems) shell.print(`  ${problem}`)
  shell.print(
    verdict.verified
      ? `${open.version} verified on ${environment}; recorded and unlocked`
      : `${open.version} is not verified; ${environment} stays locked. Next: mend it, then belay marker verify ${environment}`,
  )
  return verdict.verified ? exitCodes.done : exitCodes.failed
}

async function show(shell: Shell, belay: Belay, plan: Plan, options: Options): Promise<number> {
  const hosts = await maintenance(belay, shell.say).showMarker(plan)
  if (options.json === true) shell.print(JSON.stringify({ schema: 1, hosts }, null, 2))
  else for (const { host, marker: there, problem } of hosts) shell.print(`${host}: ${problem ?? wordsOf(there)}`)
  return hosts.every((one) => one.marker !== null) ? exitCodes.done : exitCodes.failed
}

function wordsOf(there: Marker | null): string {
  return there === null ? 'no marker' : JSON.stringify(there, null, 2)
}
