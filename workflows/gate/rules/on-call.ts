import { broken, type Finding, held } from '../../../src/domain/gate/finding.ts'
import { type OnCall, onCallWords } from '../../../src/domain/gate/on-call.ts'
import { act, anywhere } from '../../proxies.ts'
import { note, now, type Run } from '../../run/run.ts'
import { messageOf } from '../../run/trouble.ts'

/** Somebody is on call now, by the roster or the address; one who acknowledges it is asked last (acknowledge.ts). */
export async function onCallRule(run: Run): Promise<Finding[]> {
  const source = run.plan.gate.policy?.onCall ?? null
  if (source === null || source.from === 'acknowledgement') return []
  const { release, environment } = run.plan
  try {
    const row = { id: 'on call', summary: source.from === 'roster' ? source.file : source.url }
    const answer = await act(anywhere('probe').findOnCall, row, { source })
    if (!answer.found)
      return [
        broken('on_call', answer.why, {
          next: `${mend[source.from]}, then belay deploy ${release.version} --env ${environment}`,
        }),
      ]
    putOnCall(run, { name: answer.name, source: source.from, at: now() }, answer.others)
    return [held('on_call', answer.name)]
  } catch (error) {
    return [broken('on_call', messageOf(error), { next: 'belay doctor' })]
  }
}

/** The newest name counts: shifts end while a run waits. */
export function putOnCall(run: Run, found: OnCall, others: readonly string[] = []): void {
  const before = run.onCall
  run.onCall = found
  if (before?.name === found.name) return
  const change = before === null ? '' : ` (before: ${before.name})`
  const beside = others.length === 0 ? '' : `; also: ${others.join(', ')}`
  note(run, 'message', `on call: ${onCallWords(found)}${change}${beside}`)
}

const mend = { roster: 'mend the roster on the worker', http: 'mend the on-call address' } as const
