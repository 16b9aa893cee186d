import { adoptedVersion, isAdoption } from '../../../src/domain/adoption.ts'
import { broken, type Finding, held } from '../../../src/domain/gate/finding.ts'
import type { Claim } from '../../../src/domain/host.ts'
import { adoptCommand } from '../../../src/domain/next-command.ts'
import { act, onHost } from '../../proxies.ts'
import { orderFor, type Run } from '../../run/run.ts'
import { messageOf } from '../../run/trouble.ts'
import { noteExpired } from './expired-lock.ts'
import { lockFinding } from './history.ts'

/** The host's agent answers, nobody holds the host, and what it runs is known. */
export async function hostRule(run: Run, host: string): Promise<Finding[]> {
  try {
    const row = { id: `inspect:${host}`, summary: `${host}: free, and what it runs` }
    const state = await act(onHost(host, 'probe').inspectHost, row, { order: orderFor(run, host) })
    run.hostStates.set(host, state)
    if (state.claim && state.claim.deployment !== run.plan.deployment) return [unfinished(run, host, state.claim)]
    if (state.expired) noteExpired(run, state.expired)
    return [state.lock ? lockFinding(host, run.plan.environment, state.lock) : held(host, 'free')]
  } catch (error) {
    return [broken(host, messageOf(error), { next: 'belay doctor' })]
  }
}

function unfinished(run: Run, host: string, claim: Claim): Finding {
  const { environment } = run.plan
  const next = isAdoption(claim) ? adoptCommand(environment, adoptedVersion(claim)) : `belay rollback ${environment}`
  const why = `holds unfinished ${claim.deployment} (phase ${claim.phase})`
  const lock = {
    reason: `${why}; next: ${next}`,
    by: claim.deployment,
    since: claim.since,
    until: null,
    claimed: false,
  } as const
  return broken(host, why, { next, reason: { kind: 'locked', lock } })
}
