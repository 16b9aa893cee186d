import type { CatalogObject } from './catalog.ts'

/** What tells it from every other one of the same catalog. */
export function keyOf({ kind, name }: Pick<CatalogObject, 'kind' | 'name'>): string {
  return `${kind} ${name}`
}

/** The same thing in another catalog is in the same place; a name alone may have been dropped and given again. */
export function placeKeyOf({ kind, place }: Pick<CatalogObject, 'kind' | 'place'>): string {
  return `${kind} ${place?.relation} ${place?.position}`
}

/** Its values come from others of its row: nobody writes them. */
export function isGenerated({ properties }: CatalogObject): boolean {
  return properties.generated !== ''
}

/** Of an enum, in their order. */
export function labelsOf({ properties }: CatalogObject): string[] {
  return Array.isArray(properties.labels) ? properties.labels.map(textOf) : []
}

/** Of a property that is a text where it is there at all. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
