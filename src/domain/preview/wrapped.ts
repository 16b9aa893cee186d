/** Text from anywhere in lines of at most `columns`, broken at spaces: a line break in it is a space, a word is never cut. */
export function wrapped(text: string, columns: number, first: string, rest: string): string[] {
  const lines: string[] = []
  let line = first
  let empty = true
  for (const word of text.trim().split(/\s+/)) {
    const full = !empty && width(line) + 1 + width(word) > columns
    if (full) lines.push(line)
    line = full ? `${rest}${word}` : empty ? `${line}${word}` : `${line} ${word}`
    empty = false
  }
  return [...lines, line].map((one) => one.trimEnd())
}

function width(text: string): number {
  return [...text].length
}
