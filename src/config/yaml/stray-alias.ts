import { type Document, visit } from 'yaml'

/** Where the document names an anchor that no line before it sets, as offsets. */
export function strayAliases(parsed: Document): number[] {
  const anchors = new Set<string>()
  const found: number[] = []
  visit(parsed, {
    Node(_, node) {
      if ('anchor' in node && typeof node.anchor === 'string') anchors.add(node.anchor)
    },
    Alias(_, alias) {
      if (!anchors.has(alias.source)) found.push(alias.range?.[0] ?? 0)
    },
  })
  return found
}

/** The name itself may be a password that lacks its quotes. */
export const strayAliasWords = {
  expected: 'an anchor (&name) above its alias (*name)',
  got: 'an alias without one',
  hint: 'text that begins with * needs quotes',
}
