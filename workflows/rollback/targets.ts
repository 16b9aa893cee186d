import type { HostState, RollbackTarget } from '../../src/domain/host.ts'
import { toNothing } from '../../src/domain/rollback/plan.ts'
import { act, onHost } from '../proxies.ts'
import { Trouble } from '../run/interrupt.ts'
import { orderFor, type Run } from '../run/run.ts'
import { named } from '../run/trouble.ts'
import type { RollbackRequest } from './by-hand.ts'

/** An unfinished deployment goes back to its own restore point; else the release asked for, or the one before. */
export async function resolveTargets(
  run: Run,
  request: RollbackRequest,
  states: ReadonlyMap<string, HostState>,
): Promise<ReadonlyMap<string, RollbackTarget>> {
  const targets = new Map<string, RollbackTarget>()
  for (const [host, state] of states) {
    const to = request.to === toNothing ? null : request.to
    const unfinished = state.claim && to === null ? state.claim.deployment : null
    const row = {
      id: `target:${host}`,
      summary: request.to ?? (unfinished ? `before ${unfinished}` : 'the release before'),
    }
    const input = { order: orderFor(run, host), to, deployment: unfinished }
    targets.set(host, await named('resolveTarget', host, () => act(onHost(host, 'probe').resolveTarget, row, input)))
  }
  const versions = new Set([...targets.values()].map((target) => target.record?.release.commit ?? 'absence'))
  if (versions.size > 1) {
    const message = `the hosts do not agree on a target: ${[...versions].join(', ')}; name one with --to`
    throw new Trouble({ kind: 'preparation_failed', step: 'resolveTarget', host: null, message })
  }
  refuseNothing(run, request, states, targets)
  return targets
}

/** Going back to nothing, before the first release, needs `to: nothing`; an unfinished first deployment needs no word. */
function refuseNothing(
  run: Run,
  { to }: RollbackRequest,
  states: ReadonlyMap<string, HostState>,
  targets: ReadonlyMap<string, RollbackTarget>,
): void {
  const meant = to !== null || [...states.values()].some(({ claim }) => claim !== null)
  if (meant || [...targets.values()].some(({ record }) => record !== null)) return
  const version = [...states.values()][0]?.records[0]?.release.version ?? 'this release'
  const next = `belay rollback ${run.plan.environment} --to ${toNothing}`
  const message = `there is no release before ${version}: going back would stop the service and leave nothing; if that is meant: ${next}`
  throw new Trouble({ kind: 'preparation_failed', step: 'resolveTarget', host: null, message })
}
