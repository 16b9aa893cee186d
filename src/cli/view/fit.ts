import { stripVTControlCharacters } from 'node:util'
import { neutral } from '../shell/neutral.ts'

/** Text from elsewhere as part of one line. */
export function inLine(text: string): string {
  return neutral(text.replace(/\s+/g, ' '))
}

/** Cells that a line takes, one a character: wider ones are cut off by the terminal, which never wraps a view. */
export function widthOf(line: string): number {
  return [...stripVTControlCharacters(line)].length
}

/** Plain text in lines of at most `columns`, broken at spaces; what must be typed is never cut. */
export function wrap(text: string, columns: number, indent = ''): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    const joined = last === undefined ? word : `${last} ${word}`
    if (last === undefined || widthOf(joined) > columns) lines.push(last === undefined ? word : `${indent}${word}`)
    else lines[lines.length - 1] = joined
  }
  return lines
}

/** Plain text cut to `columns`, and seen to be cut. */
export function cut(text: string, columns: number, more = '…'): string {
  const characters = [...text]
  if (characters.length <= columns) return text
  return characters.slice(0, Math.max(0, columns - more.length)).join('') + more
}

/** At most `count` lines; the last of them says how many are missing. */
export function atMost(lines: readonly string[], count: number, rest: (missing: number) => string): string[] {
  if (lines.length <= count) return [...lines]
  if (count <= 0) return []
  return [...lines.slice(0, count - 1), rest(lines.length - count + 1)]
}
