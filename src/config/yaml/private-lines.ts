import { isAlias, isNode, isScalar, LineCounter, type Node, parseDocument, visit } from 'yaml'
import { looksSecret } from '../../domain/secret-words.ts'
import { isPrivateKey } from '../private-words.ts'
import { schemaKeys } from '../schema-keys.ts'
import { readDocument } from './document.ts'

/**
 * Which lines (from 1) of a configuration may hold a secret and are shown nowhere: what stands under `env` and under
 * keys that name a secret, and whatever looks like one. In doubt a line is private.
 */
export function privateLines(text: string): (line: number) => boolean {
  const lines = text.split('\n')
  const inside = readDocument(text, '').ok ? linesOfPrivateValues(text) : null
  return (line) => {
    const own = lines[line - 1] ?? ''
    if (looksSecret(own)) return true
    return inside === null ? isNearPrivate(lines.slice(0, line)) : inside.has(line)
  }
}

function linesOfPrivateValues(text: string): Set<number> {
  const counter = new LineCounter()
  const parsed = parseDocument(text, { lineCounter: counter, prettyErrors: false, schema: 'core', merge: false })
  const found = new Set<number>()
  const seen = new Set<unknown>()
  const hide = (node: unknown): void => {
    if (seen.has(node)) return
    seen.add(node)
    if (isAlias(node)) hide(node.resolve(parsed))
    if (!isNode(node)) return
    for (const line of linesOf(node, counter)) found.add(line)
    visit(node, { Alias: (_, alias) => hide(alias) })
  }
  visit(parsed, {
    Pair(_, pair) {
      if (isScalar(pair.key) && isPrivateKey(String(pair.key.value))) hide(pair.value)
    },
  })
  return found
}

function linesOf(node: Node, counter: LineCounter): number[] {
  const [start, end] = node.range ?? [0, 0]
  const first = counter.linePos(start).line
  const last = counter.linePos(Math.max(start, end - 1)).line
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

/**
 * Where the parser is off the track nobody knows what belongs to what: a word for something private above, since the
 * last section of the configuration began, hides the line. One that begins no section may be the rest of a secret.
 */
function isNearPrivate(upToLine: readonly string[]): boolean {
  const start = upToLine.findLastIndex((line) => sections.includes(/^[\w.-]+(?=\s*:)/.exec(line)?.[0] ?? ''))
  const section = upToLine.slice(Math.max(start, 0))
  const own = section.at(-1) ?? ''
  return section.slice(0, -1).some(namesPrivate) || (namesPrivate(own) && !/^\s*[\w.-]+:\s*$/.test(own))
}

const sections = schemaKeys([])

function namesPrivate(line: string): boolean {
  return (
    looksSecret(line) || (line.match(/[\w-]+/g) ?? []).some((word) => word !== 'environments' && isPrivateKey(word))
  )
}
