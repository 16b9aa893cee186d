/** As many lines as are read, and how many more there are: ten of a difference are, a hundred are not. */
export function inShort(lines: readonly string[], most = 10): string[] {
  return lines.length > most ? [...lines.slice(0, most), `and ${lines.length - most} more`] : [...lines]
}

/** `users, orders and 3 more` */
export function namesInShort(names: readonly string[], most: number): string {
  const left = names.length - most
  return names.slice(0, most).join(', ') + (left > 0 ? ` and ${left} more` : '')
}
