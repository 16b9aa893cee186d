import { type ItemRecord, isOutsideLists } from './checklist.ts'

/** `passed by ann@example.com (claimed) at 2026-11-26 10:00:01Z: "read twice" https://...`, in the item's own state. */
export function itemWords(item: ItemRecord): string {
  return [stateWords(item), byWords(item), atWords(item), saidWords(item)].filter((part) => part !== '').join(' ')
}

/** Several items that are to be signed: those outside the lists with what they ask for. */
export function signWords(items: readonly ItemRecord[]): string {
  return items.map(({ item, detail }) => (isOutsideLists(item) ? `${item} (${detail})` : item)).join(', ')
}

/** `2026-11-26 10:00:01Z` */
export function when(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 19)}Z`
}

/** A name that nobody has proven is printed as what it is. */
export function claimed(name: string): string {
  return `${name} (claimed)`
}

/** `proven`: a key that the workers know has signed for it. */
export function nameWords(name: string, proven: boolean | undefined): string {
  return proven === true ? name : claimed(name)
}

function stateWords({ state, how, detail }: ItemRecord): string {
  switch (state) {
    case 'passed':
      return how === 'sign_off' ? 'signed' : how === 'claim' ? 'claimed' : 'passed'
    case 'failed':
      return how === 'sign_off' ? 'refused' : 'FAILED'
    case 'not_applicable':
      return detail === '' ? 'not applicable' : `not applicable: ${detail}`
    case 'ignored':
      return 'IGNORED'
    case 'open':
      return 'open'
    case 'running':
      return 'running'
  }
}

function byWords({ by, claimed: isClaim }: ItemRecord): string {
  return by === null ? '' : `by ${isClaim ? claimed(by) : by}`
}

function atWords({ at, state }: ItemRecord): string {
  return at === null || state === 'not_applicable' ? '' : `at ${when(at)}`
}

function saidWords({ item, detail, note, link, state, how }: ItemRecord): string {
  const isPlain = state === 'open' && how !== 'check' && !isOutsideLists(item)
  const shown = state === 'not_applicable' || isPlain ? '' : detail
  return [shown && `(${shown})`, note && `"${note}"`, link ?? '']
    .filter((part) => part !== '' && part !== null)
    .join(' ')
}
