import { foreign } from '../record/foreign.ts'
import type { PlanReport } from './report.ts'
import type { Row } from './row.ts'
import { headRows, previewSections } from './sections.ts'
import type { Verdict } from './verdict.ts'
import { verdictWords } from './verdict-words.ts'

/** The report as a comment on a pull request: what reviewers decide on is open, the long lists are folded away. */
export function previewMarkdown(report: PlanReport): string {
  const { text, next } = verdictWords(report)
  const { service, release, environment, verdict } = report
  const sections = previewSections(report).flatMap(({ title, rows, long }) => {
    const lines = rows.map(rowMarkdown).join('\n')
    return long ? [`<details><summary>${title}</summary>\n\n${lines}\n\n</details>`] : [`### ${title}`, lines]
  })
  const parts = [
    `## ${icons[verdict]} ${prose(`${service} ${release.version} to ${environment}`)}`,
    prose(text),
    `**Next:** ${code(next)}`,
    headRows(report).map(rowMarkdown).join('\n'),
    ...sections,
  ]
  return `${parts.join('\n\n')}\n`
}

const icons: Readonly<Record<Verdict, string>> = { starts: '✅', waits: '✋', busy: '⏳', refused: '❌' }

function rowMarkdown({ mark, name, words, under, command }: Row): string {
  const marked = [markMarkdown(mark), words === '' ? `*${prose(name)}*` : `**${prose(name)}**`, prose(words)]
    .filter((part) => part !== '')
    .join(' ')
  const more = [...under.map(prose), ...(command === null ? [] : [`next: ${code(command)}`])]
  const bullet = /^\d+$/.test(mark) ? `${mark}.` : '-'
  const indent = ' '.repeat(bullet.length + 1)
  return [`${bullet} ${marked}`, ...more.map((line) => `${indent}- ${line}`)].join('\n')
}

/** A number is the list's own. */
function markMarkdown(mark: string): string {
  switch (mark) {
    case 'ok':
    case '[x]':
      return '✅'
    case 'NO':
    case '[!]':
      return '❌'
    case '[ ]':
      return '⬜'
    case '!':
    case '[/]':
      return '⚠️'
    case '[-]':
      return '➖'
    case '':
      return ''
    default:
      return /^\d+$/.test(mark) ? '' : code(mark)
  }
}

/** Foreign text as it stands: nobody is mentioned, no issue is linked, nothing is emphasised by it. */
function prose(text: string): string {
  return foreign(text)
    .replace(/[_~#]/g, (character) => `\\${character}`)
    .replace(/^([+-])(?=\s)/, '\\$1')
    .replaceAll('@', '@<!-- -->')
}

function code(text: string): string {
  return `\`${text.replace(/[`\s]+/g, ' ').trim()}\``
}
