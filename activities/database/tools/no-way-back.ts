/** `-- belay: no way back: the old values are gone` on a line of its own, in SQL or a script; null: nothing is declared. */
export function noWayBackIn(text: string): string | null {
  const found = /^\s*(?:--|\/\/)\s*belay:\s*no way back\s*(?::\s*(.*\S))?\s*$/im.exec(text)
  if (!found) return null
  return found[1] ?? 'no reason given'
}
