import { adoptedVersion, isAdoption } from '../../../src/domain/adoption.ts'
import { broken, type Finding, held } from '../../../src/domain/gate/finding.ts'
import type { Claim } from '../../../src/domain/host.ts'
import { adoptCommand } from '../../../src/domain/next-command.ts'
import { reasonLine } from '../../../src/domain/reason.ts'
import { act, onHost } from '../../proxies.ts'
import { orderFor, type Run } from '../../run.ts'
import { messageOf } from '../../trouble.ts'

/** The host's agent answers, nobody holds the host, and what it runs is known. */
export async function hostRule(run: Run, host: string): Promise<Finding[]> {
  try {
    const row = { id: `inspect:${host}`, summary: `${host}: free, and what it runs` }
    const state = await act(onHost(host, 'probe').inspectHost, row, { order: orderFor(run, host) })
    run.hostStates.set(host, state)
    if (state.claim && state.claim.deployment !== run.plan.deployment) return [unfinished(run, host, state.claim)]
    if (!state.lock) return [held(host, 'free')]
    const reason = { kind: 'locked', lock: state.lock } as const
    return [broken(host, reasonLine(reason), { reason })]
  } catch (error) {
    return [broken(host, messageOf(error))]
  }
}

function unfinished(run: Run, host: string, claim: Claim): Finding {
  const { environment } = run.plan
  const next = isAdoption(claim) ? adoptCommand(environment, adoptedVersion(claim)) : `belay rollback ${environment}`
  const why = `holds unfinished ${claim.deployment} (phase ${claim.phase}); next: ${next}`
  const lock = { reason: why, by: claim.deployment, since: claim.since, until: null }
  return broken(host, why, { reason: { kind: 'locked', lock } })
}
