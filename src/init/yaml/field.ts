import { Document, type Pair, YAMLMap } from 'yaml'

/** One line of the file: a key with a value on the same line, or with fields of its own below it; comments say why. */
export type Field = { key: string; above?: string; beside?: string; gap?: boolean } & (
  | { value: unknown }
  | { fields: readonly Field[] }
)

/** The file's text. Values are quoted where they need it: nothing in them can become syntax. */
export function fieldsText(head: readonly string[], fields: readonly Field[], tail: readonly string[]): string {
  const document = new Document(new YAMLMap())
  document.contents = mapOf(document, fields)
  document.commentBefore = commentOf(head)
  document.comment = commentOf(tail)
  // No folding: a value stays on its key's line, however long it is.
  return document.toString({ lineWidth: 0 })
}

function mapOf(document: Document, fields: readonly Field[]): YAMLMap {
  const map = new YAMLMap()
  for (const field of fields) map.items.push(pairOf(document, field))
  return map
}

function pairOf(document: Document, field: Field): Pair {
  const key = document.createNode(field.key)
  key.spaceBefore = field.gap ?? false
  if (field.above !== undefined) key.commentBefore = commentOf([field.above])
  if ('fields' in field) {
    const inside = mapOf(document, field.fields)
    // A map's own comment goes above its first key; on the key it would end the line.
    if (field.beside !== undefined) inside.commentBefore = commentOf([field.beside])
    return document.createPair(key, inside)
  }
  const value = document.createNode(field.value, { flow: true })
  if (field.beside !== undefined) value.comment = commentOf([field.beside])
  return document.createPair(key, value)
}

/** Comments quote file names and variables of other people's: one line each, nothing invisible. */
function commentOf(lines: readonly string[]): string {
  return lines.map((line) => ` ${line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?')}`).join('\n')
}
