import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { configurationFields } from '../src/config/fields.ts'
import { duringItems, postItems, preItems, runbookManualItems, verificationSteps } from '../src/domain/checklist.ts'
import { runbookLines } from './runbook-lines.ts'

type Row = { words: string; id: string | null; answer: string }

const table = readTable(readFileSync(new URL('../docs/runbook.md', import.meta.url), 'utf8'))
const lists = [
  ['pre', preItems],
  ['during', duringItems],
  ['post', postItems],
  ['manual', runbookManualItems],
  ['verification', verificationSteps],
] as const

describe('docs/runbook.md', () => {
  test.each(Object.entries(runbookLines))('answers every line of "%s"', (section, lines) => {
    const rows = table.get(section) ?? []
    const words = rows.map((row) => row.words)
    for (const line of lines) expect(words.filter((word) => word === line)).toEqual([line])
    for (const row of rows) expect(row.answer.length).toBeGreaterThan(4)
  })

  test('has no section the runbook does not have', () => {
    expect([...table.keys()]).toEqual(Object.keys(runbookLines))
  })

  test.each(lists)('names every item of %s once, and no other', (section, ids) => {
    const named = [...table.values()].flat().flatMap((row) => (row.id?.startsWith(`${section}.`) ? [row.id] : []))
    expect(named.toSorted()).toEqual(ids.map((id) => `${section}.${id}`).toSorted())
  })

  test('every id belongs to one of the lists', () => {
    const sections = lists.map(([section]) => section)
    const ids = [...table.values()].flat().flatMap((row) => (row.id === null ? [] : [row.id]))
    expect(ids.filter((id) => !sections.some((section) => id.startsWith(`${section}.`)))).toEqual([])
    expect(ids).toHaveLength(8 + 7 + 8 + 12 + 6)
  })
})

describe('the schema knows exactly the items of the checklist', () => {
  test.each([
    ['review.checklist', preItems],
    ['after.items', postItems],
    ['verification', verificationSteps],
  ] as const)('%s', (path, ids) => {
    const keys = configurationFields().flatMap((field) => {
      const rest = field.path.startsWith(`${path}.`) ? field.path.slice(path.length + 1) : ''
      return rest === '' || rest.includes('.') ? [] : [rest]
    })
    expect(keys).toEqual([...ids])
  })

  test('the full example answers the twelve manual items of the runbook', () => {
    const full: { after: { manual: Record<string, unknown> } } = parse(
      readFileSync(new URL('config/fixtures/full.yaml', import.meta.url), 'utf8'),
    )
    expect(Object.keys(full.after.manual).toSorted()).toEqual([...runbookManualItems].toSorted())
  })
})

/** Section -> rows of its table. */
function readTable(text: string): Map<string, Row[]> {
  const sections = text.split(/^## /m).slice(1)
  return new Map(
    sections.map((section) => {
      const [title = '', ...lines] = section.split('\n')
      return [
        title,
        lines
          .filter((line) => line.startsWith('| '))
          .slice(2)
          .map(readRow),
      ]
    }),
  )
}

function readRow(line: string): Row {
  const [words = '', id = '', answer = ''] = line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '').trim())
  return { words, id: id === '-' ? null : id.replaceAll('`', ''), answer }
}
