import type { PlanReport } from './report.ts'
import type { Row } from './row.ts'
import { headRows, previewSections } from './sections.ts'
import { verdictWords } from './verdict-words.ts'
import { wrapped } from './wrapped.ts'

/** One line for a terminal; `look` is how it may be coloured. */
export type PreviewLine = { text: string; look?: 'title' | 'good' | 'bad' }

/** The report for a terminal of so many columns. Commands stand in one line, whatever its length: they are copied. */
export function previewText(report: PlanReport, columns = 100): PreviewLine[] {
  const { text, next } = verdictWords(report)
  const bad = report.verdict === 'refused' || report.verdict === 'busy'
  const sections = previewSections(report).flatMap(({ title, rows }) => [
    { text: '' },
    { text: title, look: 'title' } as const,
    ...rowLines(rows, columns),
  ])
  return [
    { text: `${report.service} ${report.release.version} to ${report.environment}`, look: 'title' },
    ...rowLines(headRows(report), columns),
    ...sections,
    { text: '' },
    ...wrapped(text, columns, '', '  ').map((line): PreviewLine => ({ text: line, look: bad ? 'bad' : 'good' })),
    { text: `Next: ${next}` },
  ]
}

/** Marks and names in columns of their own, as wide as the section needs, the words beside them. */
function rowLines(rows: readonly Row[], columns: number): PreviewLine[] {
  const markWidth = Math.max(0, ...rows.map(({ mark }) => mark.length))
  const nameWidth = Math.min(
    widestName,
    Math.max(0, ...rows.map(({ name, words }) => (words === '' ? 0 : name.length))),
  )
  const indent = ' '.repeat(2 + (markWidth > 0 ? markWidth + 1 : 0) + nameWidth + 2)
  return rows.flatMap((row) => {
    const mark = markWidth > 0 ? `${row.mark.padEnd(markWidth)} ` : ''
    const head = `  ${mark}${row.name.padEnd(nameWidth)}  `
    const look = lookOf(row)
    return [
      ...wrapped(row.words, columns, head, indent),
      ...row.under.flatMap((line) => wrapped(line, columns, indent, `${indent}  `)),
      ...(row.command === null ? [] : [`${indent}next: ${row.command}`]),
    ].map((text) => ({ text, ...(look && { look }) }))
  })
}

/** A longer name pushes its own words to the right, not those of all others. */
const widestName = 24

function lookOf({ mark }: Row): 'bad' | null {
  return ['NO', '[!]', '!'].includes(mark) ? 'bad' : null
}
