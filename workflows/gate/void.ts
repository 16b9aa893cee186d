import { type ItemRecord, isGateItem, isOutsideLists } from '../../src/domain/checklist.ts'
import { reopened } from '../../src/domain/gate/approvals.ts'
import type { Answer } from '../../src/domain/gate/provider.ts'
import { note, type Run } from '../run/run.ts'
import { putItem } from './ignoring.ts'

/**
 * What people signed and approved was about another deployment than this one now is: all of it is void, and the items
 * are open again. Claims made at the start and evidence about the commit stay. Answers what was voided.
 */
export function voidSignatures(run: Run, why = 'the release now changes something else'): string[] {
  const given = [...run.items.values()].filter((item) => isGateItem(item.item) && isFromPerson(item))
  for (const record of given) {
    const { item, answers = [] } = record
    if (isOutsideLists(item)) {
      putItem(run, item, { ...reopened(run.plan, record, why), via: 'belay' })
      continue
    }
    const kept = answers.filter((answer) => !isPersons(answer))
    const nobody = { by: null, claimed: false, via: 'belay', note: null, link: null } as const
    putItem(run, item, { ...nobody, state: 'open', detail: `void: ${why}`, answers: kept })
  }
  const items = given.map(({ item }) => item)
  if (items.length > 0) note(run, 'message', `void: ${items.join(', ')}; ${why}`)
  return items
}

/** Signed as a whole, or in part: one approval of two. A refusal stays one, and ends the run. */
function isFromPerson({ state, via, how, answers = [] }: ItemRecord): boolean {
  if (state === 'failed' || state === 'not_applicable' || how === 'claim') return false
  return (state === 'passed' && (via === 'signal' || via === 'update')) || answers.some(countsForPerson)
}

/** One that was void before is not void again. */
function countsForPerson(answer: Answer): boolean {
  return answer.ok && isPersons(answer)
}

function isPersons({ provider }: Answer): boolean {
  return provider === 'sign_off' || provider === 'approval' || provider === 'override'
}
