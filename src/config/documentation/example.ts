import { Document, isMap, isPair, stringify, visit } from 'yaml'
import { findTopic, lastStep, type Topic } from './topic.ts'

/** The setting as it would stand in `belay.yaml`, from its own example or from those of what is below; empty: none. */
export function exampleOf(topic: Topic): string {
  const value = sampleOf(topic)
  return value === undefined ? '' : asWritten(nested(topic.field.path, value))
}

/** A value in one line, for a sentence or a table. */
export function inline(value: unknown): string {
  return narrow(stringify(value, { ...options, collectionStyle: 'flow' }))
}

/** In a line what fits there and holds no mapping; but a single setting stands below its section. */
function asWritten(value: unknown): string {
  const document = new Document(value)
  visit(document, {
    Collection(_, node, path) {
      const isOuter = path.length === 1 || (path.length === 3 && isMap(node) && node.items.length === 1)
      const holdsMapping = node.items.some((item) => isMap(isPair(item) ? item.value : item))
      if (!isOuter && !holdsMapping && inline(node.toJSON()).length <= 80) node.flow = true
    },
  })
  return narrow(document.toString(options))
}

const options = { lineWidth: 0, flowCollectionPadding: true }

/** `[a, b]` beside `{ c: d }` */
function narrow(text: string): string {
  return text.replace(/\[ /g, '[').replace(/ \]/g, ']').trimEnd()
}

function sampleOf({ field, children }: Topic): unknown {
  const [own] = field.examples
  if (own !== undefined) return own
  const parts = children.map((child) => [lastStep(child.field.path), sampleOf(child)] as const)
  const known = parts.filter(([step, value]) => step !== '*' && step !== '[]' && value !== undefined)
  return known.length > 0 ? Object.fromEntries(known) : field.default
}

/** `checks.*.http` stands under a name, `integrity[].sql` in a list. */
function nested(path: string, value: unknown): unknown {
  const steps = path.split(/\.|(?=\[\])/)
  return steps.reduceRight<unknown>((inside, step, index) => {
    if (step === '[]') return [inside]
    return { [step === '*' ? nameIn(steps.slice(0, index).join('.')) : step]: inside }
  }, value)
}

/** A name that the parent's own example uses. */
function nameIn(parent: string): string {
  const found = findTopic(parent)
  const example = found.found ? found.topic.field.examples[0] : undefined
  if (Array.isArray(example)) return String(example[0])
  return typeof example === 'object' && example !== null ? (Object.keys(example)[0] ?? 'name') : 'name'
}
