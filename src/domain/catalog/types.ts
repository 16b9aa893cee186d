import type { Catalog, CatalogObject } from './catalog.ts'
import { textOf } from './object.ts'

/** The types that a database has made for itself, by their names as SQL. */
export type Types = {
  /** What a domain is made of, through every domain in between; the type itself where it is none. */
  baseOf(type: string): string
  /** Whether values of a type hold values of the other one: they are such, have such elements, or enclose them deeper. */
  holdingOf(type: string, other: string): Holding | null
  /** The attributes of a composite type, in order; null: it is none. */
  attributesOf(type: string): string | null
}

export type Holding = 'one' | 'elements' | 'enclosed'

export function typesIn(catalog: Catalog): Types {
  const domains = new Map<string, string>()
  const composites = new Map<string, readonly string[]>()
  for (const object of catalog) {
    if (object.kind === 'domain') domains.set(object.name, textOf(object.properties.base))
    if (object.kind === 'composite type') composites.set(object.name, attributes(object))
  }

  function baseOf(type: string): string {
    const base = domains.get(type)
    return base === undefined || base === type ? type : baseOf(base)
  }

  function holdingOf(type: string, other: string): Holding | null {
    const base = baseOf(type)
    if (base === other) return 'one'
    if (base.endsWith('[]')) {
      const inner = holdingOf(base.slice(0, -2), other)
      return inner === 'one' ? 'elements' : inner === null ? null : 'enclosed'
    }
    // `name type`, or `name type collate ...`: the name may hold a space, the type is looked for behind each.
    const parts = (composites.get(base) ?? []).flatMap((one) => tails(one.replace(/ collate .*$/, '')))
    return parts.some((part) => holdingOf(part, other) !== null) ? 'enclosed' : null
  }

  return { baseOf, holdingOf, attributesOf: (type) => composites.get(baseOf(type))?.join(', ') ?? null }
}

function tails(words: string): string[] {
  return [...words.matchAll(/ /g)].map(({ index }) => words.slice(index + 1))
}

function attributes({ properties }: CatalogObject): string[] {
  return Array.isArray(properties.attributes) ? properties.attributes.map(textOf) : []
}
