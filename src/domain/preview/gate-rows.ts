import { mark } from '../dossier/checklist-text.ts'
import { moment } from '../gate/moment.ts'
import { claimed } from '../item-words.ts'
import { words } from '../reason.ts'
import type { PlanReport } from './report.ts'
import { type Row, row } from './row.ts'

export function safetyRows({ ignoredSafeties, performer, proven }: PlanReport): Row[] {
  return ignoredSafeties.map(({ rule, by, reason }) => {
    const who = by === performer && !proven ? claimed(by) : by
    return row('!', rule, `by ${who}: ${reason}`)
  })
}

export function ruleRows({ rules, onCall }: PlanReport): Row[] {
  const asked = rules.toSorted((a, b) => Number(a.holds) - Number(b.holds))
  return [
    ...asked.map(({ rule, holds, why, next, allowedAt }) =>
      row(holds ? 'ok' : 'NO', rule, why, allowedWords(allowedAt), next),
    ),
    ...(onCall ? [row('', 'on call', `${onCall.name}, says the ${onCall.source}`)] : []),
  ]
}

export function itemRows({ items }: PlanReport): Row[] {
  return items.map(({ item, state, detail, next, allowedAt }) =>
    row(mark(state), item, detail, allowedWords(allowedAt), next),
  )
}

/** Items that the same people may sign until the same time stand together. */
export function peopleRows({ people }: PlanReport): Row[] {
  const groups = Map.groupBy(people, ({ when, who, withinMs }) => `${when} ${withinMs} ${who}`)
  return [...groups.values()].flatMap((group) => {
    const [one] = group
    if (!one) return []
    const when = one.when === 'before' ? 'before' : 'live'
    const until = `${one.who}, within ${words(one.withinMs)}${one.when === 'after' ? ' after it is live' : ''}`
    return [row('', when, until, [group.map(({ item }) => item).join(', ')])]
  })
}

function allowedWords(allowedAt: string | null): string[] {
  return allowedAt === null ? [] : [`allowed again at ${moment(allowedAt)}`]
}
