import { type ItemRecord, isOutsideLists } from '../checklist.ts'
import { claimed, itemWords, when } from '../item-words.ts'
import type { Answer } from './provider.ts'

/**
 * A line for each thing that answered an item: `github_checks yes, 2 succeeded: unit, lint at 2026-11-26 10:00:01Z about
 * 1234567890ab https://...`; none where the item's own line says it all.
 */
export function answerLines({ item, answers = [] }: Pick<ItemRecord, 'item' | 'answers'>): string[] {
  return hasAnswers({ item, answers }) ? answers.map(answerLine) : []
}

/** The same of everybody who approved, or confirmed what is ignored: what counts and what no longer does. */
export function peopleLines({ item, answers = [] }: Pick<ItemRecord, 'item' | 'answers'>): string[] {
  return isOutsideLists(item) ? answers.map(answered) : []
}

/** The item's own line above those: without what they say. */
export function itemWordsAbove(item: ItemRecord): string {
  return itemWords(hasAnswers(item) ? { ...item, detail: '', link: null } : item)
}

/** Somebody or something beside a single person answered it. */
function hasAnswers({ item, answers = [] }: Pick<ItemRecord, 'item' | 'answers'>): boolean {
  return item.startsWith('pre.') && answers.some(({ provider }) => provider !== 'sign_off')
}

function answerLine(answer: Answer): string {
  return `${answer.provider} ${answered(answer)}`
}

function answered({ ok, pending, detail, by, claimed: isClaim, at, commit, link }: Answer): string {
  const said = ok ? 'yes' : pending ? 'not yet' : 'no'
  const who = by === null ? '' : ` by ${isClaim ? claimed(by) : by}`
  const about = commit === null ? '' : ` about ${commit.slice(0, 12)}`
  return `${said}${who}${detail === '' ? '' : `: ${detail}`} at ${when(at)}${about}${link === null ? '' : ` ${link}`}`
}
