import { isGateItem, isOutsideLists } from '../../src/domain/checklist.ts'
import { reopened } from '../../src/domain/gate/approvals.ts'
import { isFromPerson, isPersons } from '../../src/domain/gate/from-person.ts'
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
