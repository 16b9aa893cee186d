import { type Catalog, type CatalogObject, shortName } from './catalog.ts'
import { type LossCandidate, lossCandidates } from './catalog-loss.ts'
import type { Walked } from './rehearsal-verdict.ts'

/**
 * What the up destroyed of what was there, in words. What was seen to come back (`proven`) is not lost, but for narrower
 * types: that the values of a rehearsal fit says nothing about others.
 */
export function lossesByUp({ before, up, removes }: Walked, proven: ReadonlySet<string>): string[] {
  const gone = lossCandidates(before.catalog, up.state.catalog).filter((candidate) => candidate.kind === 'gone')
  return [
    ...gone.filter(({ object, why }) => !(dropped(why) && proven.has(object))).map((lost) => wordsOf(lost)),
    ...labelsTaken(before.catalog, up.state.catalog),
    ...removes.filter((statement) => !isProven(statement, proven)).map((statement) => `rows of before: ${statement}`),
  ]
}

/** What going back takes along of what is written later, in words. */
export function lossesSince(before: Catalog, after: Catalog): string[] {
  return lossCandidates(before, after)
    .filter((candidate) => candidate.kind !== 'gone')
    .map(wordsOf)
}

function wordsOf(candidate: LossCandidate): string {
  switch (candidate.kind) {
    case 'table':
      return `${shortName(candidate.table)} as written since`
    case 'column':
      return `${columnOf(candidate)} as written since`
    case 'narrower':
      return `${columnOf(candidate)} where it does not fit ${candidate.type}`
    case 'labels':
      return `${columnOf(candidate)} where it is ${candidate.labels.join(', ')}`
    case 'gone':
      return `${shortName(candidate.object)}: ${candidate.why}`
  }
}

function columnOf({ table, column }: { table: string; column: string }): string {
  return `${shortName(table)}.${column}`
}

function dropped(why: string): boolean {
  return why.startsWith('dropped')
}

/** An enum that lost labels: whatever held them holds something else now. */
function labelsTaken(before: Catalog, after: Catalog): string[] {
  return before.flatMap((was) => {
    const is = after.find((object) => object.kind === 'enum' && object.name === was.name)
    if (was.kind !== 'enum' || !is) return []
    const taken = labelsOf(was).filter((label) => !labelsOf(is).includes(label))
    return taken.length === 0 ? [] : [`${shortName(was.name)}: ${taken.join(', ')} taken away by the migration itself`]
  })
}

function labelsOf({ properties: { labels } }: CatalogObject): string[] {
  return Array.isArray(labels) ? labels.filter((label) => typeof label === 'string') : []
}

/** Its table held rows, and all of them are back. */
function isProven(statement: string, proven: ReadonlySet<string>): boolean {
  const [, table = ''] = /^(?:truncate|delete\s+from)\s+(?:table\s+)?(?:only\s+)?([^\s;,*]+)/i.exec(statement) ?? []
  return proven.has(table) || proven.has(`public.${table}`)
}
