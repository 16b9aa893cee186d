import type { Belay } from '../../client/client.ts'
import { Usage } from '../../client/errors.ts'
import { maintenance } from '../../client/maintenance.ts'
import { newDeploymentId } from '../../client/prepare.ts'
import { requireWorkers } from '../../client/workers.ts'
import type { Plan } from '../../domain/plan.ts'
import { parseVersion } from '../../domain/version.ts'
import type { Options } from '../belay.ts'
import { exitCodes } from '../exit.ts'
import { argument, text, withEnvironment } from '../open.ts'
import { withHistory } from '../read-history.ts'
import type { Shell } from '../shell.ts'

/** The marker of a deployment by hand: created before it, verified after it, shown any time. */
export async function marker(shell: Shell, args: readonly string[], options: Options): Promise<number> {
  const action = argument(args, 0, 'action')
  return await withEnvironment(shell, options, argument(args, 1, 'environment'), async ({ belay, plan, by }) => {
    await requireWorkers(belay, plan)
    switch (action) {
      case 'create':
        return await create(shell, belay, plan, by, options)
      case 'verify':
        return await verify(shell, belay, plan, by)
      case 'show':
        return await show(shell, belay, plan)
      default:
        throw new Usage(`expected create, verify or show; got ${action}`)
    }
  })
}

async function create(shell: Shell, belay: Belay, plan: Plan, by: string, options: Options): Promise<number> {
  const version = parseVersion(text(options.version) ?? '')
  if ('problem' in version) throw new Usage(`--version: ${version.problem}`)
  const commit = text(options.commit)
  if (commit === null || !/^[0-9a-f]{40,64}$/.test(commit))
    throw new Usage(`--commit: expected a full commit id, got ${commit ?? 'nothing'}`)
  const release = { version: version.version, commit }
  const manual = { ...plan, release, deployment: newDeploymentId(`manual-${version.version}`) }
  const { until } = await maintenance(belay).createMarker(manual, by)
  shell.print(
    `marker of ${version.version} written on ${plan.hosts.join(', ')}; ${plan.environment} is locked for ${by} (claimed) until ${until}`,
  )
  shell.print(`Next: deploy by hand, then: belay marker verify ${plan.environment}`)
  return exitCodes.done
}

async function verify(shell: Shell, belay: Belay, plan: Plan, by: string): Promise<number> {
  const { service, environment } = plan
  const open = await withHistory(shell, async (history) => {
    const { rows } = await history.listDeployments({ service, environment, kind: 'manual', limit: 1 })
    return rows[0]?.outcome === null ? rows[0] : null
  })
  if (!open)
    throw new Usage(
      `no manual deployment of ${environment} is open; begin one with: belay marker create ${environment} --version V --commit C`,
    )
  const manual = { ...plan, release: { version: open.version, commit: open.commit }, deployment: open.deployment }
  const verdict = await maintenance(belay).verifyMarker(manual, by)
  for (const problem of verdict.problems) shell.print(`  ${problem}`)
  shell.print(
    verdict.verified
      ? `${open.version} verified on ${environment}; recorded and unlocked`
      : `${open.version} is not verified; ${environment} stays locked`,
  )
  return verdict.verified ? exitCodes.done : 1
}

async function show(shell: Shell, belay: Belay, plan: Plan): Promise<number> {
  const found = await maintenance(belay).showMarker(plan)
  for (const { host, marker: there, problem } of found)
    shell.print(`${host}: ${problem ?? JSON.stringify(there, null, 2)}`)
  return found.every((one) => one.marker !== null) ? exitCodes.done : 1
}
