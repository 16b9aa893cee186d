import { workflowInfo } from '@temporalio/workflow'
import { broken, type Finding, held } from '../../../src/domain/gate/finding.ts'
import { type Starts, staleness, startStatement } from '../../../src/domain/identity/identity.ts'
import { sayPerformerProven, takeStart } from '../../people/prove.ts'
import { act, provingStart } from '../../proxies.ts'
import { note, type Run } from '../../run/run.ts'
import { messageOf } from '../../run/trouble.ts'

/**
 * Where names are proven: whoever starts a deployment has signed this very one. Asked once, before anything else, because
 * the signature is old when the rules are evaluated again after a wait.
 */
export async function provePerformer(run: Run, starts: Starts = startedOf(run)): Promise<void> {
  const { plan } = run
  if (plan.identity !== 'ssh') return
  const why = await whyUnproven(run, starts)
  run.performer = why === null ? held(rule, `${plan.performer} (ssh)`) : broken(rule, why, { next: again(run, starts) })
  if (why !== null) return
  note(run, 'message', `started by ${plan.performer} (ssh)`, { performerProven: true })
  // A rehearsal holds no environment.
  if (starts !== 'rehearse') sayPerformerProven(run)
}

export function performerRule({ performer }: Run): Finding[] {
  return performer === null ? [] : [performer]
}

/** The plan stands at the release's commit, where somebody may have taken `identity: ssh` out; the worker remembers. */
export function demandRule({ plan }: Run, demanded: boolean): Finding[] {
  if (!demanded || plan.identity === 'ssh') return []
  const why = `this worker demands proven names in ${plan.environment} (BELAY_SSH_ENVIRONMENTS), and the plan has identity: claimed`
  return [
    broken(rule, why, { next: `write identity: ssh for ${plan.environment} in belay.yaml, and release that commit` }),
  ]
}

async function whyUnproven(run: Run, starts: Starts): Promise<string | null> {
  const { plan, runId } = run
  const { performer, proof, claims } = plan
  if (!proof)
    return `${performer} did not sign this ${signedAs(starts)}; ${plan.environment} demands it (identity: ssh)`
  const stale = staleness(proof, workflowInfo().startTime.getTime())
  if (stale !== null) return stale
  const foreign = claims.find(({ by }) => by !== performer)
  if (foreign) return `evidence for ${foreign.item} is claimed by ${foreign.by}, who did not sign: ${performer} did`
  try {
    const row = { id: 'prove performer', summary: `${performer} signed this deployment` }
    const { signature, at } = proof
    const signed = { statement: startStatement(plan, starts, at), by: performer, signature }
    const verdict = await act(provingStart.verifyStart, row, { ...signed, plan, runId, once: true })
    return takeStart(run, verdict, { about: starts, signedAt: at, ...signed })
  } catch (error) {
    return `who started it could not be verified: ${messageOf(error)}`
  }
}

function signedAs(starts: Starts): string {
  return starts === 'rehearse' ? 'rehearsal' : 'deployment'
}

function again({ plan }: Run, starts: Starts): string {
  const { release, environment } = plan
  const command =
    starts === 'drill'
      ? `belay drill ${environment} --release ${release.version}`
      : `belay ${starts} ${release.version} --env ${environment}`
  return `${command}, with your SSH key`
}

/** A rollback has a statement of its own, and never comes here. */
function startedOf({ startedAs }: Run): Starts {
  return startedAs === 'drill' ? 'drill' : 'deploy'
}

const rule = 'performer'
