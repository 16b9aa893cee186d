import type { JsonValue } from '../check.ts'
import type { Catalog, CatalogObject } from './catalog.ts'

/**
 * Kept by a build that wrote down less, and some of it in other words. Its fingerprint says nothing about a catalog that
 * is read now; only what both say can be compared. It was the only one that wrote what is not there as null.
 */
export function isEarlier(catalog: Catalog): boolean {
  return catalog.some(({ properties }) => Object.values(properties).includes(null))
}

/** Both as they are; or, where one is of an earlier build, what both would say of the same schema. */
export function inCommon(one: Catalog, other: Catalog): [Catalog, Catalog] {
  if (isEarlier(one) === isEarlier(other)) return [one, other]
  return [told(one), told(other)]
}

function told(catalog: Catalog): Catalog {
  return catalog.flatMap((object) => {
    const properties = common[object.kind]
    if (properties === undefined || isNotNull(object)) return []
    const kept = properties.flatMap((name): [string, JsonValue][] => {
      const value = object.properties[name] ?? null
      return value === null ? [] : [[name, name === 'enabled' ? whenFired(value) : value]]
    })
    return [{ ...object, name: nameOf(object), properties: Object.fromEntries(kept) }]
  })
}

/** Of a kind that is not here nothing is said: access lists, publications and aggregates were written otherwise. */
const common: Readonly<Record<string, readonly string[]>> = {
  extension: ['version', 'schema'],
  schema: ['owner'],
  table: [
    ...['type', 'row_security', 'force_row_security', 'partition_key', 'partition_bound', 'inherits'],
    ...['owner', 'comment'],
  ],
  column: ['column', 'type', 'not_null', 'default', 'generated', 'identity', 'comment'],
  constraint: ['definition', 'validated', 'comment'],
  index: ['definition', 'valid', 'ready', 'comment'],
  view: ['definition', 'owner', 'comment'],
  'materialized view': ['definition', 'owner', 'comment'],
  sequence: ['type', 'start', 'increment', 'min', 'max', 'cache', 'cycle', 'owned_by', 'owner', 'comment'],
  enum: ['labels', 'owner', 'comment'],
  domain: ['base', 'not_null', 'default', 'constraints', 'owner', 'comment'],
  'composite type': ['attributes', 'owner', 'comment'],
  range: ['subtype', 'owner', 'comment'],
  function: ['definition', 'owner', 'comment'],
  procedure: ['definition', 'owner', 'comment'],
  trigger: ['definition', 'enabled', 'comment'],
  policy: ['permissive', 'using', 'check', 'roles'],
  rule: ['definition', 'enabled'],
  statistics: ['definition'],
  'event trigger': ['event', 'function', 'enabled'],
}

function isNotNull({ kind, properties }: CatalogObject): boolean {
  return kind === 'constraint' && String(properties.definition).startsWith('NOT NULL ')
}

/** Functions were named with their parameters, which their definition still does. */
function nameOf({ kind, name, properties }: CatalogObject): string {
  if (kind !== 'function' && kind !== 'procedure') return name
  const heading = /^CREATE OR REPLACE (?:FUNCTION|PROCEDURE) (.*)$/m.exec(String(properties.definition))
  return heading?.[1] ?? name
}

function whenFired(value: JsonValue): JsonValue {
  return typeof value === 'string' ? (inWords[value] ?? value) : value
}

const inWords: Readonly<Record<string, string>> = { O: 'yes', D: 'no', R: 'on replicas only', A: 'always' }
