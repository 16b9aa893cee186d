import { Alias, type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import type { Problem } from '../problem.ts'
import { type Path, pathText } from './path-text.ts'
import { strayAliases, strayAliasWords } from './stray-alias.ts'
import { syntaxWords, withoutEchoes } from './syntax-words.ts'

export type Position = { line: number; column: number }

/** A configuration file as plain data, and where each of its values stands. */
export type SourceDocument = {
  file: string
  data: unknown
  /** Position of the value at the path (`key`: of its key); where it is absent, of the nearest thing around it. */
  positionOf(path: Path, part?: 'value' | 'key'): Position
}

const largestBytes = 1_000_000
const deepestNesting = 32
/** Names that reach into every JavaScript object. */
const forbiddenKeys = ['__proto__', 'constructor', 'prototype']

/** YAML 1.2, one document, no tags, no duplicate keys, no more than a few aliases. All syntax problems at once. */
export function readDocument(
  text: string,
  file: string,
): { ok: true; document: SourceDocument } | { ok: false; problems: Problem[] } {
  const whole = (expected: string, got: string): { ok: false; problems: Problem[] } => ({
    ok: false,
    problems: [{ file, line: 1, column: 1, path: '', expected, got, hint: null }],
  })
  if (text.length > largestBytes) return whole('a file of at most 1 MB', `${(text.length / 1_000_000).toFixed(1)} MB`)
  if (text.includes('\u0000')) return whole('a text file', 'NUL bytes')
  if (nestingOf(text) > deepestNesting) return whole(`at most ${deepestNesting} levels`, 'deeper nesting')
  const lines = new LineCounter()
  const parsed = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    version: '1.2',
    schema: 'core',
    merge: false,
  })
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const problems = withoutEchoes([...parsed.errors, ...parsed.warnings]).map(
    (error): Problem => ({ file, ...at(error.pos[0]), path: '', ...syntaxWords(error.code, error.message) }),
  )
  problems.push(...keyProblems([], parsed.contents, file, at, 0))
  if (problems.length === 0) {
    problems.push(...strayAliases(parsed).map((offset) => ({ file, ...at(offset), path: '', ...strayAliasWords })))
  }
  if (problems.length > 0) return { ok: false, problems }
  try {
    const data: unknown = parsed.toJS({ maxAliasCount: 100 })
    return {
      ok: true,
      document: { file, data, positionOf: (path, part) => at(offsetOf(parsed, path, part ?? 'value')) },
    }
  } catch {
    return whole('a handful of aliases', 'aliases that expand without end')
  }
}

function keyProblems(
  path: Path,
  node: unknown,
  file: string,
  at: (offset: number) => Position,
  depth: number,
): Problem[] {
  if (depth > deepestNesting) {
    return [
      {
        file,
        ...at(startOf(node) ?? 0),
        path: '',
        expected: `at most ${deepestNesting} levels`,
        got: 'deeper nesting',
        hint: null,
      },
    ]
  }
  if (isSeq(node)) return node.items.flatMap((item, index) => keyProblems([...path, index], item, file, at, depth + 1))
  if (!isMap(node)) return []
  return node.items.flatMap((pair) => {
    const key = isScalar(pair.key) ? pair.key.value : undefined
    const position = at(startOf(pair.key) ?? startOf(node) ?? 0)
    const problem = (expected: string, got: string): Problem => ({
      file,
      ...position,
      path: pathText(path),
      expected,
      got,
      hint: null,
    })
    if (typeof key !== 'string' && typeof key !== 'number') return [problem('a plain word as key', 'something else')]
    if (forbiddenKeys.includes(String(key))) return [problem('a key of the configuration', String(key))]
    return keyProblems([...path, String(key)], pair.value, file, at, depth + 1)
  })
}

function offsetOf(parsed: Document, path: Path, part: 'value' | 'key'): number {
  let node: unknown = parsed.contents
  let offset = startOf(node) ?? 0
  for (const [index, step] of path.entries()) {
    const inside: unknown = node instanceof Alias || isAlias(node) ? node.resolve(parsed) : node
    const pair = isMap(inside)
      ? inside.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step))
      : undefined
    const value: unknown = pair ? pair.value : isSeq(inside) ? inside.items[Number(step)] : undefined
    if (pair === undefined && value === undefined) return offset
    const last = index === path.length - 1
    const keyOffset = pair ? startOf(pair.key) : undefined
    offset = (last && part === 'value' ? startOf(value) : undefined) ?? keyOffset ?? startOf(value) ?? offset
    node = value
  }
  return offset
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined
}

/** Bracket depth, roughly: enough to keep a hostile file away from a recursive parser. */
function nestingOf(text: string): number {
  let [depth, deepest] = [0, 0]
  for (const character of text) {
    if (character === '[' || character === '{') deepest = Math.max(deepest, ++depth)
    else if ((character === ']' || character === '}') && depth > 0) depth--
  }
  const indents = /^(?:[ ]*- ){33,}/m.test(text) ? deepestNesting + 1 : 0
  return Math.max(deepest, indents)
}
