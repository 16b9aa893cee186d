import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml'
import type { Shift } from '../../src/domain/gate/roster.ts'
import { shown } from '../../src/domain/version.ts'
import { localTime } from './local-time.ts'

/** What is wrong with a roster, and where; `line` null: with all of it. */
export class RosterProblem extends Error {
  readonly line: number | null
  constructor(line: number | null, message: string) {
    super(message)
    this.line = line
  }
}

/** The shifts in the file's order. Throws {@link RosterProblem} for the first mistake: half a roster names the wrong person. */
export function shiftsIn(text: string): Shift[] {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, schema: 'core', merge: false })
  const lineAt = (offset: number) => Math.max(1, lines.linePos(offset).line)
  const [mistake] = document.errors
  if (mistake) throw new RosterProblem(lineAt(mistake.pos[0]), `not YAML: ${mistake.message.split('\n')[0]}`)
  const list = document.contents
  if (list === null || (isSeq(list) && list.items.length === 0) || (isScalar(list) && list.value === null)) {
    throw new RosterProblem(null, `the roster is empty: ${expected}`)
  }
  if (!isSeq<Node>(list)) throw new RosterProblem(lineAt(startOf(list)), expected)
  return list.items.map((item) => shiftOf(item, (node) => lineAt(startOf(node))))
}

const expected = 'expected a list of { who, from, until, zone }'
const fields = ['who', 'from', 'until', 'zone'] as const

function shiftOf(item: Node, lineOf: (node: Node) => number): Shift {
  if (!isMap<Node, Node>(item)) throw new RosterProblem(lineOf(item), `expected { who, from, until, zone }`)
  const strange = item.items.map(({ key }) => textOf(key)).find((key) => !fields.some((field) => field === key))
  if (strange !== undefined) {
    throw new RosterProblem(lineOf(item), `expected only ${fields.join(', ')}, got ${shown(strange ?? '')}`)
  }
  const who = required(item, 'who', lineOf).replace(/\s+/g, ' ').slice(0, longestName)
  const zone = has(item, 'zone') ? required(item, 'zone', lineOf) : null
  const [fromMs, untilMs] = [momentIn(item, 'from', zone, lineOf), momentIn(item, 'until', zone, lineOf)]
  if (untilMs <= fromMs) {
    const [from, until] = [required(item, 'from', lineOf), required(item, 'until', lineOf)]
    const words = `ends before it starts: expected until after ${shown(from)}, got ${shown(until)}`
    throw new RosterProblem(lineOf(item), `${who}: ${words}`)
  }
  return { who, fromMs, untilMs }
}

const longestName = 200

function momentIn(
  item: YAMLMap<Node, Node>,
  field: 'from' | 'until',
  zone: string | null,
  lineOf: (node: Node) => number,
) {
  const moment = localTime(required(item, field, lineOf), zone)
  if (typeof moment === 'number') return moment
  const where = item.get(moment.about === 'zone' && zone !== null ? 'zone' : field, true)
  throw new RosterProblem(lineOf(where ?? item), `${field}: ${moment.problem}`)
}

function has(item: YAMLMap<Node, Node>, field: string): boolean {
  return item.has(field)
}

function required(item: YAMLMap<Node, Node>, field: string, lineOf: (node: Node) => number): string {
  const node = item.get(field, true)
  const text = node === undefined ? null : textOf(node)
  if (text !== null && text.trim() !== '') return text.trim()
  throw new RosterProblem(
    lineOf(node ?? item),
    `expected a text in ${field}, got ${node === undefined ? 'nothing' : 'none'}`,
  )
}

function textOf(node: unknown): string | null {
  return isScalar(node) && typeof node.value === 'string' ? node.value : null
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0
}
