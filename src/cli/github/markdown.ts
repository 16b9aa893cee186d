/** Foreign text in GitHub's Markdown stays text, on one line: no markup, no link, no mention, no further column. */
export function plain(text: string): string {
  return text
    .replace(/[\\`*_{}[\]<>|~#@&$!]/g, (character) => `\\${character}`)
    .replace(/:\/\//g, ':\\//')
    .replace(/www\./gi, (match) => `${match.slice(0, -1)}\\.`)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
}

/** Foreign text as it stands, line for line; the fence is longer than any in it. */
export function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((run) => run[0].length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}text\n${text.trimEnd()}\n${fence}`
}

/** A command to copy; it is Belay's own sentence and may still hold a name with a backtick. */
export function inline(text: string): string {
  return `\`${text.replace(/[`\s]+/g, ' ').trim()}\``
}

export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(heads), line(heads.map(() => '---')), ...rows.map((cells) => line(cells.map(plain)))].join('\n')
}
