import { words } from '../../src/domain/reason.ts'
import { ask } from '../people/ask.ts'
import { Trouble } from '../run/interrupt.ts'
import { now, type Run } from '../run/run.ts'
import { ignoreUnasked } from './ignoring.ts'
import { putOnCall } from './rules/on-call.ts'

/**
 * The last thing before the first change: one of the people who may be on call says that they are there. Answers
 * whether somebody had to be waited for; without an answer in time the deployment is refused, and nothing has changed.
 */
export async function acknowledge(run: Run): Promise<boolean> {
  const source = run.plan.gate.policy?.onCall
  if (source?.from !== 'acknowledgement') return false
  const { people, withinMs } = source
  if (ignoreUnasked(run, 'on_call', `it would have asked ${people.join(' or ')} to acknowledge`)) return false
  const { environment, release } = run.plan
  try {
    const decision = await ask(
      run,
      {
        question: 'on_call',
        text: `who is on call for ${release.version} on ${environment}? ${people.join(' or ')} acknowledges, or it does not go out.`,
        answers: ['acknowledge'],
        people,
        otherwise: 'the deployment is refused',
      },
      withinMs,
    )
    if (decision === null) throw new Trouble({ kind: 'gate', items: [nobody(run, people, withinMs)] })
    // Under `ssh` only what its signature proves is taken.
    putOnCall(run, { name: decision.by, source: 'acknowledgement', at: now(), claimed: run.plan.identity !== 'ssh' })
    return true
  } finally {
    run.waitingFor = null
  }
}

function nobody({ plan }: Run, people: readonly string[], withinMs: number) {
  const why = `nobody acknowledged within ${words(withinMs)}; asked: ${people.join(', ')}`
  const next = `reach one of them, then belay deploy ${plan.release.version} --env ${plan.environment}`
  return { item: 'on_call', why, next }
}
