import { Document, type Node, type Pair, YAMLMap } from 'yaml'
import { flowNode } from './flow.ts'

/**
 * One line of the file: a key with a value on the same line, or with fields of its own below it. `note` says why: beside
 * a value, above fields. `gap`: an empty line before it.
 */
export type Field = { key: string; note?: string; gap?: boolean } & (
  | { value: unknown }
  /** `name`: under which `sameAs` can repeat it. */
  | { fields: readonly Field[]; name?: string }
  | { sameAs: string }
)

/** The file's text. Values are quoted where they need it: nothing in them can become syntax. */
export function fieldsText(head: readonly string[], fields: readonly Field[], tail: readonly string[]): string {
  const document = new Document(new YAMLMap())
  const named = new Map<string, Node>()
  document.contents = mapOf({ document, named }, fields)
  document.commentBefore = commentOf(head)
  document.comment = commentOf(tail)
  // No folding: a value stays on its key's line, however long it is.
  return document.toString({ lineWidth: 0 })
}

type Sheet = { document: Document; named: Map<string, Node> }

function mapOf(sheet: Sheet, fields: readonly Field[]): YAMLMap {
  const map = new YAMLMap()
  for (const field of fields) map.items.push(pairOf(sheet, field))
  return map
}

function pairOf(sheet: Sheet, field: Field): Pair {
  const key = sheet.document.createNode(field.key)
  key.spaceBefore = field.gap ?? false
  const value = nodeOf(sheet, field)
  if (field.note !== undefined && 'fields' in field) key.commentBefore = commentOf([field.note])
  else if (field.note !== undefined) value.comment = commentOf([field.note])
  return sheet.document.createPair(key, value)
}

function nodeOf(sheet: Sheet, field: Field): Node {
  const { document, named } = sheet
  if ('value' in field) return flowNode(document, field.value)
  if ('fields' in field) {
    const map = mapOf(sheet, field.fields)
    if (field.name !== undefined) named.set(field.name, map)
    return map
  }
  const target = named.get(field.sameAs)
  if (target instanceof YAMLMap) return document.createAlias(target, field.sameAs)
  throw new TypeError(`expected fields named ${field.sameAs} before, got none`)
}

/** Comments quote file names and variables of other people's: one line each, nothing invisible. */
function commentOf(lines: readonly string[]): string {
  return lines.map((line) => ` ${line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?')}`).join('\n')
}
