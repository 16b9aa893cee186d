import { configurationFields, type Field } from '../fields.ts'
import { belayKeyFor } from '../foreign-words.ts'
import { nearest } from '../nearest.ts'

/** A setting, and the settings right below it, in the order of the schema. `*` stands for a name of the user's own. */
export type Topic = { field: Field; children: readonly Topic[] }

export type Found = { found: true; topic: Topic } | { found: false; hint: string }

/** Every setting, the top-level ones first. */
export function topics(): readonly Topic[] {
  return topicsBelow('', configurationFields())
}

/**
 * The setting at a path as people write or see it: `checks.health.http`, `configuration[0].target`, and
 * `environments.production.monitoring.window`, which is `monitoring.window`. Else what may have been meant.
 */
export function findTopic(path: string): Found {
  const [first, name, ...inside] = stepsOf(path)
  const steps = first === 'environments' && name !== undefined && inside.length > 0 ? inside : stepsOf(path)
  let level = topics()
  let topic: Topic | undefined
  for (const [index, step] of steps.entries()) {
    const next = childAt(level, step)
    // One, or a list of the same: its settings are told without the list.
    if (next === undefined && step === '[]' && level.length > 0) continue
    if (next === undefined) return { found: false, hint: meant(steps.slice(0, index), step, level) }
    topic = next
    level = next.children
  }
  return topic === undefined ? { found: false, hint: meant([], path, level) } : { found: true, topic }
}

/** As much of a path as is documented; empty: none of it. */
export function documentedPart(path: string): string {
  const parts = path.split('.')
  const long = parts.findLastIndex((_, index) => findTopic(parts.slice(0, index + 1).join('.')).found)
  return parts.slice(0, long + 1).join('.')
}

/** The last step of a path: `[]` for an entry of a list, `*` for one with a name of the user's own. */
export function lastStep(path: string): string {
  return stepsOf(path).at(-1) ?? path
}

function stepsOf(path: string): string[] {
  return path
    .replace(/\[(\d*)\]/g, '.[]')
    .split('.')
    .filter((step) => step !== '')
    .map((step) => (/^\d+$/.test(step) ? '[]' : step))
}

function topicsBelow(parent: string, fields: readonly Field[]): Topic[] {
  const depth = stepsOf(parent).length
  const below = fields.filter((field) => isBelow(field.path, parent))
  const steps = new Set(below.map((field) => stepsOf(field.path)[depth] ?? ''))
  return [...steps].flatMap((step) => {
    const path = step === '[]' ? `${parent}[]` : parent === '' ? step : `${parent}.${step}`
    const field = below.find((one) => one.path === path)
    return field === undefined ? [] : [{ field, children: topicsBelow(path, below) }]
  })
}

function isBelow(path: string, parent: string): boolean {
  return parent === '' || path.startsWith(`${parent}.`) || path.startsWith(`${parent}[]`)
}

function childAt(level: readonly Topic[], step: string): Topic | undefined {
  const named = level.find((topic) => lastStep(topic.field.path) === step)
  const any = named ?? level.find((topic) => lastStep(topic.field.path) === '*')
  if (any !== undefined) return any
  const listed = level.find((topic) => lastStep(topic.field.path) === '[]')
  return listed === undefined ? undefined : childAt(listed.children, step)
}

function meant(parents: readonly string[], step: string, level: readonly Topic[]): string {
  const translated = belayKeyFor([...parents, step])
  if (translated !== null) return `in Belay: ${translated}`
  const known = level.map((topic) => lastStep(topic.field.path))
  const like = nearest(step, known)
  if (like !== null) return `did you mean ${[...parents, like].join('.')}?`
  const places = configurationFields().filter(
    (field) => lastStep(field.path) === step && !/^(review|after)\./.test(field.path),
  )
  if (places.length > 0)
    return `did you mean ${places
      .slice(0, 3)
      .map(({ path }) => path)
      .join(' or ')}?`
  return known.length > 0 ? `known: ${known.join(', ')}` : `nothing is below ${parents.join('.')}`
}
