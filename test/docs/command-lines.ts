/** A line of a document that calls Belay, and its words as a shell would hand them over. */
export type CommandLine = { line: number; text: string; words: string[] }

/** Every line of the fenced `sh` blocks of a Markdown text that starts with `belay `, continued lines joined. */
export function commandLines(markdown: string): CommandLine[] {
  const found: CommandLine[] = []
  let inBlock = false
  let begun: { line: number; text: string } | null = null
  for (const [index, text] of markdown.split('\n').entries()) {
    if (text.trimStart().startsWith('```')) {
      inBlock = !inBlock && text.trim() === '```sh'
      continue
    }
    if (!inBlock) continue
    const whole: { line: number; text: string } = begun
      ? { line: begun.line, text: `${begun.text} ${text.trim()}` }
      : { line: index + 1, text: text.trim() }
    begun = whole.text.endsWith('\\') ? { ...whole, text: whole.text.slice(0, -1).trimEnd() } : null
    if (begun === null && whole.text.startsWith('belay ')) found.push({ ...whole, words: wordsOf(whole.text).slice(1) })
  }
  return found
}

/** Up to a comment, a pipe, a redirection or the next command; quotes as the shell reads them. */
function wordsOf(text: string): string[] {
  const words: string[] = []
  for (const [token] of text.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'|;&>])+|[|;&>]/g)) {
    if (/^[#|;&>]/.test(token)) break
    words.push(token.replaceAll(/"([^"]*)"|'([^']*)'/g, '$1$2'))
  }
  return words
}
