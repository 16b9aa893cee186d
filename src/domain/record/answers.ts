import { type ItemRecord, type ItemSection, type ItemState, isOutsideLists } from '../checklist.ts'
import type { Dossier } from '../dossier/dossier.ts'
import { verifiedSteps } from '../dossier/verified.ts'
import { answerLines, itemWordsAbove } from '../gate/answer-words.ts'
import type { Answer } from '../gate/provider.ts'
import { claimed, when } from '../item-words.ts'
import { itemTitle, stepTitle } from '../runbook-words.ts'
import { foreign, list } from './foreign.ts'

/** `- [x] Code reviewed and approved: signed by ann@example.com (claimed) at ...` */
export function itemsOfSection({ items, outcome }: Dossier, section: ItemSection): string {
  const own = items.filter((item) => item.item.startsWith(`${section}.`))
  const under = (item: ItemRecord) => answerLines(item).map((line) => `\n  - ${foreign(line)}`)
  return list(own.map((item) => [itemLine(item, outcome !== null), ...under(item)].join('')))
}

/** Approval and override, each with everybody who answered. */
export function outsideLists({ items, outcome }: Dossier): string {
  const own = items.filter(({ item }) => isOutsideLists(item))
  return own
    .flatMap((item) => [
      list([itemLine(item, outcome !== null)]),
      ...(item.answers ?? []).map((one) => `  - ${answerLine(one)}`),
    ])
    .join('\n')
}

function itemLine(item: ItemRecord, ended: boolean): string {
  return `${tick(item.state)} ${foreign(itemTitle(item.item))}: ${answer(item, ended)}`
}

function answerLine({ provider, ok, by, claimed: isClaim, at, detail, link }: Answer): string {
  const name = by === null ? '' : ` by ${isClaim ? claimed(by) : by}`
  return foreign(`${provider}${name} at ${when(at)}${ok ? '' : ' (does not count)'}: "${detail}" ${link ?? ''}`)
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
function tick(state: ItemState | 'done'): string {
  return state === 'passed' || state === 'done' ? '[x]' : '[ ]'
}

function answer(item: ItemRecord, ended: boolean): string {
  const asked = isOutsideLists(item.item) ? ` (${foreign(item.detail)})` : ''
  if (item.state === 'open') return `${ended ? 'never answered' : 'open'}${asked}`
  return foreign(itemWordsAbove(item))
}
