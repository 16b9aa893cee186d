import { type Catalog, shortName } from '../catalog/catalog.ts'
import { type LossCandidate, lossCandidates } from '../catalog/loss.ts'
import { labelsOf } from '../catalog/object.ts'
import type { Lost, RowFindings } from './rows.ts'
import type { Walked } from './verdict.ts'

/**
 * What the up destroyed of what was there, in words, each object once. What was seen to come back (`proven`) is not lost,
 * but for narrower types: that the values of a rehearsal fit says nothing about others.
 */
export function lossesByUp(
  { before, up, removes }: Walked,
  { lost, proven }: Pick<RowFindings, 'lost' | 'proven'>,
): string[] {
  const catalogs = { before: before.catalog, after: up.state.catalog }
  const found = [
    ...goneIn(catalogs).filter(({ object, comesBack }) => !(comesBack && proven.has(object))),
    ...labelsTaken(catalogs),
    ...lost,
    ...removes.flatMap(removed).filter(({ object }) => !proven.has(object)),
  ]
  return [...new Map(found.toReversed().map(({ object, words }) => [object, words])).values()].toReversed()
}

/** What going back takes along of what is written later, in words. */
export function lossesSince(before: Catalog, after: Catalog): string[] {
  return lossCandidates(before, after)
    .filter((candidate) => candidate.kind !== 'gone')
    .map(wordsOf)
    .sort()
}

/** The tables of a statement that removes rows, as SQL; none: it removes none. */
export function emptiedTables(statement: string): string[] {
  const [, all] =
    /^truncate\s+(?:table\s+)?(.*?)(?:\s+(?:restart|continue|cascade|restrict)\b.*)?$/is.exec(statement) ?? []
  const [, one] = /^delete\s+from\s+(?:only\s+)?([^\s;*]+)/i.exec(statement) ?? []
  const names = all?.split(',').map((name) => name.trim().replace(/^only\s+|\s*\*$/gi, '')) ?? (one ? [one] : [])
  return names.map((name) => (name.includes('.') ? name : `public.${name}`))
}

/** Dropped or narrowed by the up. `comesBack`: a way back can bring it back, and be seen to. */
export function goneIn({ before, after }: Catalogs): (Lost & { comesBack: boolean })[] {
  return lossCandidates(before, after).flatMap((candidate) => {
    if (candidate.kind !== 'gone' || isSameDomain(candidate, { before, after })) return []
    return [{ object: candidate.object, words: wordsOf(candidate), comesBack: candidate.how === 'dropped' }]
  })
}

type Catalogs = { before: Catalog; after: Catalog }

function wordsOf(candidate: LossCandidate): string {
  switch (candidate.kind) {
    case 'table':
      return `${shortName(candidate.table)} as written since`
    case 'column':
      return `${columnOf(candidate)} as written since`
    case 'generated':
      return `${columnOf(candidate)} where it is not what is computed`
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

/** A domain over the same type says what is allowed, and changes no value. */
function isSameDomain({ relation, position }: LossCandidate, { before, after }: Catalogs): boolean {
  const [was, is] = [before, after].map((catalog) => {
    const column = catalog.find(
      ({ kind, place }) => kind === 'column' && place?.relation === relation && place.position === position,
    )
    const type = column?.properties.type
    const domain = catalog.find(({ kind, name }) => kind === 'domain' && name === type)
    return domain?.properties.base ?? type
  })
  return was !== undefined && was === is
}

/** An enum that lost labels: whatever held them holds something else now. */
function labelsTaken({ before, after }: Catalogs): Lost[] {
  return before.flatMap((was) => {
    const is = after.find((object) => object.kind === 'enum' && object.name === was.name)
    if (was.kind !== 'enum' || !is) return []
    const taken = labelsOf(was).filter((label) => !labelsOf(is).includes(label))
    const words = `${shortName(was.name)}: ${taken.join(', ')} taken away by the migration itself`
    return taken.length === 0 ? [] : [{ object: was.name, words }]
  })
}

function removed(statement: string): Lost[] {
  const words = (table: string) => `${shortName(table)}: rows that the migration itself removes, by ${statement}`
  return emptiedTables(statement).map((object) => ({ object, words: words(object) }))
}
