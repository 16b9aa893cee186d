import type { Catalog, CatalogObject } from '../catalog/catalog.ts'
import { keyOf } from '../catalog/object.ts'

/**
 * The tables whose rows migrations may change, from their text: those named in it, those of an index, constraint,
 * trigger or column type named in it, those named in a function or view that it names; then their partitions' parents,
 * the tables that point to or from them, and whatever cascades. Rather one too many: a word that happens to be a table's
 * name counts. `null`: no text to read, so every table.
 */
export function touchedTables(catalog: Catalog, texts: readonly string[] | null): string[] {
  const tables = catalog.filter(({ kind }) => kind === 'table').map(({ name }) => name)
  if (texts === null) return tables.sort()
  const words = wordsWithin(catalog, texts)
  const named = catalog.flatMap((object) => tableNamed(object, words))
  const whole = withParents(catalog, new Set(named))
  return [...withParents(catalog, withNeighbours(catalog, whole))].filter((name) => tables.includes(name)).sort()
}

/** The tables of `before` of which anything differs in `after`. */
export function changedTables(before: Catalog, after: Catalog): string[] {
  const is = new Map(after.map((object) => [keyOf(object), JSON.stringify(object.properties)]))
  const was = new Map(before.map((object) => [keyOf(object), JSON.stringify(object.properties)]))
  const differ = [...before, ...after].filter((object) => was.get(keyOf(object)) !== is.get(keyOf(object)))
  const changed = new Set(differ.flatMap(({ kind, name, table }) => (kind === 'table' ? [name] : (table ?? []))))
  return before.flatMap(({ kind, name }) => (kind === 'table' && changed.has(name) ? [name] : [])).sort()
}

/** What a function or a view does counts as if it stood in the migration itself; and what those call in turn. */
function wordsWithin(catalog: Catalog, texts: readonly string[]): Set<string> {
  const words = new Set(texts.flatMap(wordsIn))
  const bodies = catalog.filter(
    ({ kind, properties }) => hasBody.has(kind) && typeof properties.definition === 'string',
  )
  const left = new Set(bodies)
  for (let grown = true; grown; ) {
    grown = false
    for (const body of left) {
      if (!words.has(lastName(body.name))) continue
      left.delete(body)
      grown = true
      for (const word of wordsIn(String(body.properties.definition))) words.add(word)
    }
  }
  return words
}

const hasBody = new Set(['function', 'procedure', 'view', 'materialized view'])

/** As SQL reads them, and as a tool makes them of a script's names (`userAccounts`, `user_accounts`). */
function wordsIn(text: string): string[] {
  const quoted = [...text.matchAll(/"((?:[^"]|"")+)"|'([^'\n]+)'|`([^`\n]+)`/g)].map(
    ([, double, single, back]) => double?.replaceAll('""', '"') ?? single ?? back ?? '',
  )
  const bare = text.match(/[\p{L}_][\p{L}\p{N}_$]*/gu) ?? []
  return [...quoted, ...bare, ...bare.map((word) => word.toLowerCase()), ...bare.map(decamelized)]
}

function decamelized(word: string): string {
  return word.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase()
}

function tableNamed(object: CatalogObject, words: ReadonlySet<string>): string[] {
  if (object.kind === 'table') return words.has(lastName(object.name)) ? [object.name] : []
  if (object.table === null) return []
  if (object.kind !== 'column') return words.has(lastName(object.name)) ? [object.table] : []
  const type = String(object.properties.type)
  // A type of the catalog itself is in every migration (`text`).
  return type.includes('.') && words.has(lastName(type.replace(/(\[\])+$/, ''))) ? [object.table] : []
}

/** `users` of `public.users`, `Odd name` of `public."Odd name"`, `f` of `public.f(integer)`. */
function lastName(name: string): string {
  const [, quoted, bare] = /(?:"((?:[^"]|"")+)"|([^".(]+))(?:\(.*\))?$/s.exec(name) ?? []
  return quoted?.replaceAll('""', '"') ?? bare ?? name
}

function withParents(catalog: Catalog, names: ReadonlySet<string>): Set<string> {
  const all = new Set(names)
  for (const name of all) {
    const { inherits } = catalog.find((object) => object.kind === 'table' && object.name === name)?.properties ?? {}
    for (const parent of Array.isArray(inherits) ? inherits : []) all.add(String(parent))
  }
  return all
}

/** One step along every foreign key; along those that cascade, as far as they go. */
function withNeighbours(catalog: Catalog, names: ReadonlySet<string>): Set<string> {
  const all = new Set(names)
  const keys = catalog.flatMap((object) => foreignKey(object))
  for (const at of all) for (const key of keys) if (key.cascades && key.to === at) all.add(key.from)
  const near = keys.filter(({ from, to }) => all.has(from) || all.has(to))
  return new Set([...all, ...near.flatMap(({ from, to }) => [from, to])])
}

function foreignKey({ kind, table, properties }: CatalogObject): { from: string; to: string; cascades: boolean }[] {
  const definition = kind === 'constraint' && typeof properties.definition === 'string' ? properties.definition : ''
  const [, to] = /^FOREIGN KEY .*? REFERENCES (.+?)\(/s.exec(definition) ?? []
  if (to === undefined || table === null) return []
  return [{ from: table, to, cascades: /ON (DELETE|UPDATE) (CASCADE|SET)/.test(definition) }]
}
