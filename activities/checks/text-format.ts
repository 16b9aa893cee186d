export type TextSample = {
  name: string
  labels: ReadonlyMap<string, string>
  value: number
  /** Ms since 1970; null: the page does not say, so it is of now. */
  atMs: number | null
}

/** `line`: the one that is not in the format. */
export class MalformedPage extends Error {
  readonly line: string
  constructor(number: number, line: string) {
    super(`line ${number} is not in the Prometheus text format`)
    this.name = 'MalformedPage'
    this.line = line
  }
}

/**
 * All samples of a page in the Prometheus text format (or OpenMetrics, whose times are in seconds: `timeUnitMs` 1000).
 * Throws `MalformedPage` at the first line that is neither sample, comment nor blank, as Prometheus itself does.
 */
export function parseTextFormat(page: string, timeUnitMs: number): TextSample[] {
  return page.split('\n').flatMap((line, index) => {
    if (/^\s*(#|$)/.test(line)) return []
    const sample = parseLine(line.trim(), timeUnitMs)
    if (sample === null) throw new MalformedPage(index + 1, line)
    return [sample]
  })
}

function parseLine(line: string, timeUnitMs: number): TextSample | null {
  const start = /^[A-Za-z_:][\w:]*/.exec(line)?.[0] ?? ''
  const opened = /^\s*\{/.exec(line.slice(start.length))?.[0]
  const braces = opened === undefined ? null : parseLabels(line, start.length + opened.length)
  if (opened !== undefined && braces === null) return null
  const name = braces?.name ?? start
  const rest = line.slice(braces?.end ?? start.length)
  // Value, time, and what OpenMetrics may add after a #.
  const [, valueText = '', timeText] = /^\s*([^\s#]+)(?:\s+(-?\d+(?:\.\d+)?))?\s*(?:#.*)?$/.exec(rest) ?? []
  const value = parseValue(valueText)
  const separated = braces !== null || /^\s/.test(rest)
  if (name === '' || value === null || !separated) return null
  return { name, labels: braces?.labels ?? new Map(), value, atMs: timeText ? Number(timeText) * timeUnitMs : null }
}

/** From behind the `{` to behind the `}`. A quoted word without a value is the metric's name (UTF-8 names). */
function parseLabels(line: string, from: number) {
  const labels = new Map<string, string>()
  let name: string | null = null
  const pair = /\s*(?:([A-Za-z_]\w*)|"((?:[^"\\]|\\.)*)")\s*(?:=\s*"((?:[^"\\]|\\.)*)"\s*)?(,|(?=\}))/y
  pair.lastIndex = from
  for (;;) {
    const close = /\s*\}/y
    close.lastIndex = pair.lastIndex
    if (close.test(line)) return { labels, name, end: close.lastIndex }
    const found = pair.exec(line)
    if (found === null) return null
    const [, word, quoted, value] = found
    if (value !== undefined) labels.set(word ?? unescaped(quoted ?? ''), unescaped(value))
    else if (quoted !== undefined && name === null) name = unescaped(quoted)
    else return null
  }
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character))
}

function parseValue(text: string): number | null {
  if (/^nan$/i.test(text)) return Number.NaN
  if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : null
}
