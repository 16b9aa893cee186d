import type { ItemRecord, ItemState, Section } from '../checklist.ts'
import type { Dossier } from '../dossier.ts'
import { answerLines, itemWordsAbove } from '../gate/answer-words.ts'
import { when } from '../item-words.ts'
import { itemTitle, stepTitle } from '../runbook-words.ts'
import { verifiedSteps } from '../verified.ts'
import { foreign, list } from './foreign.ts'

/** `- [x] Code reviewed and approved: signed by ann@example.com (claimed) at ...` */
export function itemsOfSection({ items, outcome }: Dossier, section: Section): string {
  const own = items.filter((item) => item.item.startsWith(`${section}.`))
  return list(
    own.map((item) => {
      const under = answerLines(item).map((line) => `\n  - ${foreign(line)}`)
      return `${tick(item.state)} ${foreign(itemTitle(item.item))}: ${answer(item, outcome !== null)}${under.join('')}`
    }),
  )
}

/** In the order of the runbook, each with the check that answered it. */
export function verificationLines(dossier: Dossier): string[] {
  return verifiedSteps(dossier).map(({ step, state, detail, at }) => {
    const time = at ? ` at ${when(at)}` : ''
    const words = state === 'open' ? `never ran (${detail})` : `${state.replace('_', ' ')}${time}: ${detail}`
    return `${tick(state)} ${stepTitle(step)}: ${foreign(words)}`
  })
}

/** Only what passed is ticked; what does not apply says so in words. */
export function tick(state: ItemState | 'done'): string {
  return state === 'passed' || state === 'done' ? '[x]' : '[ ]'
}

function answer(item: ItemRecord, ended: boolean): string {
  if (item.state === 'open') return ended ? 'never answered' : 'open'
  return foreign(itemWordsAbove(item))
}
