import type { Field } from '../fields.ts'
import { modeline } from '../modeline.ts'
import { exampleOf } from './example.ts'
import { firstSentence, presence } from './text.ts'
import { lastStep, type Topic, topics } from './topic.ts'

/** The whole reference, which is `docs/configuration.md`. */
export function referenceMarkdown(): string {
  return [...intro, ...topics().flatMap(section)].join('\n')
}

/** The sections in a table, which stands in the README. */
export function tableMarkdown(): string {
  const rows = topics().map(({ field }) =>
    row([`\`${field.path}\``, presence(field), firstSentence(field.description)]),
  )
  return [row(['key', '', 'what it says']), '|---|---|---|', ...rows].join('\n')
}

const intro = [
  '# belay.yaml',
  '',
  'Every setting, made from the schema that Belay itself reads: `belay docs --markdown` prints this page, `belay docs',
  'monitoring.window` one setting of it, `belay validate` every problem of a file. With this first line an editor completes',
  'the file and checks it while it is written:',
  '',
  '```yaml',
  modeline,
  '```',
  '',
  '`<name>` stands for a name of your own, `[]` for each entry of a list. Durations are written `500ms`, `15s`, `10m`,',
  '`1h30m`, `2d`. Secrets are references, `${env:NAME}`, looked up where they are used.',
]

function section(topic: Topic): string[] {
  const rows = topic.children.length === 0 ? [] : ['', row(['setting', 'type', '', 'what it is']), '|---|---|---|---|']
  return [
    '',
    `## ${topic.field.path}`,
    '',
    `${topic.field.description} (${topic.field.type}, ${presence(topic.field)})`,
    '',
    '```yaml',
    exampleOf(topic),
    '```',
    ...rows,
    ...rowsBelow(topic, topic.field.path),
  ]
}

/** Neighbours with the same settings below them, as the items of a checklist, have those told once. */
function rowsBelow({ children }: Topic, shown: string): string[] {
  return children.flatMap((child, index) => {
    const path = `${shown}${step(child)}`
    const next = children[index + 1]
    if (child.children.length > 0 && next !== undefined && shapeOf(next) === shapeOf(child)) {
      return [fieldRow(path, child.field)]
    }
    const previous = children[index - 1]
    const isLast = child.children.length > 0 && previous !== undefined && shapeOf(previous) === shapeOf(child)
    return [fieldRow(path, child.field), ...rowsBelow(child, isLast ? `${shown}.<item>` : path)]
  })
}

function shapeOf(topic: Topic): string {
  return JSON.stringify(topic.children.map(({ field }) => [lastStep(field.path), field.type, field.description]))
}

function step({ field }: Topic): string {
  const last = lastStep(field.path)
  if (last === '[]') return last
  return last === '*' ? '.<name>' : `.${last}`
}

function fieldRow(path: string, field: Field): string {
  return row([`\`${path}\``, field.type, presence(field), field.description])
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replace(/\|/g, '\\|')).join(' | ')} |`
}
