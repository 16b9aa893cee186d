import type { Screen } from '../../../src/cli/shell/screen.ts'

/** A terminal that is only paper: it knows the few codes a view may use, wraps and refuses every other one. */
export type Paper = Screen & { lines(): string[]; resize(columns: number): void }

export function paper(size: { columns: number; rows: number }): Paper {
  let cells: string[] = ['']
  let row = 0
  let wraps = true
  const listeners = new Set<() => void>()
  const put = (text: string) => {
    const line = (cells[row] ?? '') + text
    const fitting = wraps ? line : [...line].slice(0, size.columns).join('')
    const pieces = fitting === '' ? [''] : (fitting.match(new RegExp(`.{1,${size.columns}}`, 'gsu')) ?? [''])
    cells.splice(row, 1, ...pieces)
    row += pieces.length - 1
  }
  const newline = () => {
    row += 1
    if (cells[row] === undefined) cells.push('')
  }
  const obey = (code: string) => {
    const up = /^\x1b\[(\d+)A$/.exec(code)
    if (up) row = Math.max(0, row - Number(up[1]))
    else if (code === '\x1b[J') cells = [...cells.slice(0, row), '']
    else if (code === '\x1b[?7l') wraps = false
    else if (code === '\x1b[?7h') wraps = true
    else throw new Error(`expected a code that a view needs, got ${JSON.stringify(code)}`)
  }
  return {
    columns: () => size.columns,
    rows: () => size.rows,
    colour: false,
    unicode: true,
    write(text) {
      for (const part of text.match(/\x1b\[[?\d;]*[A-Za-z]|\n|\r|[^\x1b\n\r]+/g) ?? []) {
        if (part === '\n') newline()
        else if (part === '\r') continue
        else if (part.startsWith('\x1b')) obey(part)
        else put(part)
      }
    },
    onResize(tell) {
      listeners.add(tell)
      return () => void listeners.delete(tell)
    },
    lines: () => cells.filter((line) => line !== ''),
    /** As terminals do: what is too long now takes another row. */
    resize(columns) {
      size.columns = columns
      cells = cells.flatMap((line) => (line === '' ? [''] : (line.match(new RegExp(`.{1,${columns}}`, 'gsu')) ?? [''])))
      row = cells.length - 1
      for (const listener of listeners) listener()
    },
  }
}
