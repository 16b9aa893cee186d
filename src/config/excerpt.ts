import { displayWidth } from './display-width.ts'

/**
 * A source line under its number, and a caret under the column (from 1, in UTF-16 units, as the parser counts):
 *
 *        31 |   window: 10
 *           |           ^
 *
 * Tabs are two columns, wide characters two, what a terminal would obey is shown as `\u001b`, and of a long line the
 * part around the caret is shown. Empty where there is nothing to see.
 */
export function excerpt(line: string, place: { line: number; column: number }, maxWidth = 100): string[] {
  if (line.trim() === '') return []
  const cells = cellsOf(line.replace(/\r$/, ''))
  const shown = windowOf(cells, place.column - 1, maxWidth)
  const margin = String(place.line).padStart(6)
  return [`${margin} | ${shown.text}`.trimEnd(), `${' '.repeat(margin.length)} | ${' '.repeat(shown.caretAt)}^`]
}

/** A character as it is shown, and where it stands in the line. */
type Cell = { text: string; width: number; offset: number }

function cellsOf(line: string): Cell[] {
  let offset = 0
  return Array.from(line, (character) => {
    const cell = { ...shownAs(character), offset }
    offset += character.length
    return cell
  })
}

function shownAs(character: string): { text: string; width: number } {
  if (character === '\t') return { text: '  ', width: 2 }
  if (!/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(character)) return { text: character, width: displayWidth(character) }
  const text = Array.from({ length: character.length }, (_, index) => code(character.charCodeAt(index))).join('')
  return { text, width: text.length }
}

function code(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}

/** As many characters around the caret as fit; what is left out is `...`. */
function windowOf(cells: readonly Cell[], caretOffset: number, maxWidth: number): { text: string; caretAt: number } {
  const found = cells.findIndex((cell) => cell.offset >= caretOffset)
  const caret = found === -1 ? cells.length : found
  let [first, last] = [0, cells.length]
  if (widthOf(cells) > maxWidth) {
    const room = maxWidth - 2 * cut.length
    first = caret
    last = caret
    // A third before the caret: what follows it is what is wrong.
    while (first > 0 && widthOf(cells.slice(first - 1, caret)) <= room / 3) first--
    while (last < cells.length && widthOf(cells.slice(first, last + 1)) <= room) last++
    while (first > 0 && widthOf(cells.slice(first - 1, last)) <= room) first--
  }
  const start = first > 0 ? cut : ''
  const text = cells
    .slice(first, last)
    .map((cell) => cell.text)
    .join('')
  return {
    text: `${start}${text}${last < cells.length ? cut : ''}`,
    caretAt: start.length + widthOf(cells.slice(first, caret)),
  }
}

const cut = '...'

function widthOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, cell) => sum + cell.width, 0)
}
