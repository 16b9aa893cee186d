/** One fact: a mark, what it is about, the words, and lines that belong to it. `command`: to be typed as it stands. */
export type Row = {
  mark: string
  name: string
  words: string
  under: readonly string[]
  command: string | null
}

export function row(
  mark: string,
  name: string,
  words: string,
  under: readonly string[] = [],
  command: string | null = null,
): Row {
  return { mark, name, words, under, command }
}
