import { escapeMarkdown } from '../markdown.ts'

/** Text from people, commands and services as one harmless line of Markdown: no markup, no control or direction marks. */
export function foreign(text: string): string {
  return escapeMarkdown(text.replace(/(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '\uFFFD')).trim()
}

/** Lines that are shown as they are; a fence inside of them cannot end the block. */
export function block(text: string, language = ''): string {
  const clean = text.replace(/(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '\uFFFD').replaceAll('```', "'''")
  return `\`\`\`${language}\n${clean.trimEnd()}\n\`\`\``
}

export function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join('\n')
}

export function numbered(lines: readonly string[]): string {
  return lines.map((line, index) => `${index + 1}. ${line}`).join('\n')
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n')
}
