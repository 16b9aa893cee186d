import type { ItemRecord } from './checklist.ts'

/** What a drill asks of the checklist: what only makes sense for a release that stays is on the record as not asked. */
export function itemsOfDrill(items: readonly ItemRecord[]): ItemRecord[] {
  return items.map((item) => (isAskedInDrill(item.item) ? item : notAsked(item)))
}

/** It need not have been anywhere before, and nobody signs a release that is taken back at once. */
export function isAskedInDrill(item: ItemRecord['item']): boolean {
  return item !== 'pre.staging_successful' && !item.startsWith('post.') && !item.startsWith('manual.')
}

function notAsked(item: ItemRecord): ItemRecord {
  if (item.state === 'not_applicable') return item
  return { ...item, state: 'not_applicable', how: 'not_applicable', detail: 'not asked in a drill' }
}
