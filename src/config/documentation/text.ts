import type { Field } from '../fields.ts'
import { exampleOf, inline } from './example.ts'
import { lastStep, type Topic } from './topic.ts'

/** A setting's documentation for a terminal: what it is, an example, and what is below it, one line each. */
export function topicText(topic: Topic): string[] {
  const { field, children } = topic
  const example = exampleOf(topic)
  return [
    `${field.path}: ${field.type}, ${presence(field)}`,
    `  ${field.description}`,
    ...(example === '' ? [] : ['', ...example.split('\n').map((line) => `  ${line}`)]),
    ...below(children),
  ]
}

/** Where each entry holds the same settings, those are what one looks for. */
function below(children: readonly Topic[]): string[] {
  const [first] = children
  if (first === undefined) return []
  if (!isEntry(first.field) || first.children.length === 0) return ['', 'Below it:', ...list(children)]
  return ['', `Below each ${nameOf(first.field)}: ${first.field.description}`, ...list(first.children)]
}

/** Settings, one line each: name, required or default, the first sentence. */
export function list(topics: readonly Topic[]): string[] {
  const rows = topics.map(({ field }) => [nameOf(field), presence(field), firstSentence(field.description)] as const)
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  return rows.map(([name, when, what]) => `  ${name.padEnd(widths[0] ?? 0)}  ${when.padEnd(widths[1] ?? 0)}  ${what}`)
}

/** `required`, `default 10m`, `optional`. */
export function presence(field: Field): string {
  if (isEntry(field)) return 'any number'
  if (field.required) return 'required'
  if (field.default === undefined || isEmptyMapping(field.default)) return 'optional'
  return `default ${inline(field.default)}`
}

export function firstSentence(text: string): string {
  return /^.*?[.](?=\s|$)/.exec(text)?.[0] ?? text
}

function isEntry(field: Field): boolean {
  return ['*', '[]'].includes(lastStep(field.path))
}

function nameOf(field: Field): string {
  switch (lastStep(field.path)) {
    case '*':
      return '<name>'
    case '[]':
      return 'entry'
    default:
      return lastStep(field.path)
  }
}

/** The section's own settings have defaults; it has none. */
function isEmptyMapping(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0
}
