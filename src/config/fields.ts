import { z } from 'zod'
import { environmentName } from './schema/environment-name.ts'
import { kinds } from './schema/kind.ts'
import { settings } from './schema/settings.ts'
import { bare } from './schema-keys.ts'

/** One line of the configuration's documentation. `*` in a path stands for a name of the user's own, `[]` for a list. */
export type Field = {
  path: string
  type: string
  required: boolean
  /** As it would be written; undefined: none. */
  default: unknown
  description: string
  examples: readonly unknown[]
}

/** The whole configuration, flat, in the order of the schema; made from the schema alone. */
export function configurationFields(): Field[] {
  return [...Object.entries(settings.shape).flatMap(([key, schema]) => fieldsOf(schema, key)), ...environments()]
}

function environments(): Field[] {
  const name = environmentName.safeParse('').error?.issues[0]?.message
  const all: Field = {
    path: 'environments',
    type: 'mapping of names',
    required: true,
    default: undefined,
    description: `Where it is deployed, each by a name. The name: ${name}.`,
    examples: [{ staging: { hosts: ['local'] }, production: { hosts: ['app-1', 'app-2'] } }],
  }
  const one: Field = {
    path: 'environments.*',
    type: 'mapping of all of the above but service',
    required: true,
    default: undefined,
    description:
      'Settings of its own over the ones above: mappings merge, lists and single values replace, null removes.',
    examples: [{ hosts: ['local'] }],
  }
  return [all, one]
}

function fieldsOf(schema: z.core.$ZodType, path: string): Field[] {
  const { description, examples } = documentation(schema)
  const own: Field = {
    path,
    type: typeOf(schema),
    required: !z.safeParse(schema, undefined).success,
    default: defaultOf(schema),
    description: description ?? '',
    examples: examples ?? [],
  }
  return [own, ...childrenOf(schema, path)]
}

function childrenOf(schema: z.core.$ZodType, path: string): Field[] {
  const inside = bare(schema)
  // What has a name of its own for its type is told by that name.
  if (kinds.has(inside)) return []
  if (inside instanceof z.ZodObject) {
    return Object.entries(inside.shape).flatMap(([key, inner]) => fieldsOf(inner, `${path}.${key}`))
  }
  if (inside instanceof z.ZodRecord) return entriesOf(inside.valueType, `${path}.*`)
  if (inside instanceof z.ZodArray) return entriesOf(inside.element, `${path}[]`)
  return inside instanceof z.ZodUnion ? optionsOf(inside).flatMap((option) => childrenOf(option, path)) : []
}

/** One, or a list of the same: told once. */
function optionsOf({ options }: z.ZodUnion): readonly z.core.$ZodType[] {
  return options.filter((option) => !(option instanceof z.ZodArray && options.includes(option.element)))
}

/** What a mapping of names, or a list, holds any number of: told where it has settings of its own. */
function entriesOf(schema: z.core.$ZodType, path: string): Field[] {
  const [own, ...inside] = fieldsOf(schema, path)
  return own === undefined || inside.length === 0 ? [] : [{ ...own, required: false }, ...inside]
}

function documentation(schema: z.core.$ZodType): {
  description?: string | undefined
  examples?: unknown[] | undefined
} {
  const { description, examples } = z.globalRegistry.get(schema) ?? {}
  return { description, examples: Array.isArray(examples) ? examples : undefined }
}

function defaultOf(schema: z.core.$ZodType): unknown {
  if (schema instanceof z.ZodPrefault || schema instanceof z.ZodDefault) return schema.def.defaultValue
  return schema instanceof z.ZodOptional ? defaultOf(schema.unwrap()) : undefined
}

/** In words a reader of YAML knows. */
function typeOf(schema: z.core.$ZodType): string {
  const named = kinds.get(schema)
  if (named !== undefined) return named.kind
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault || schema instanceof z.ZodDefault) {
    return typeOf(schema.unwrap())
  }
  if (schema instanceof z.ZodPipe) return typeOf(schema.in)
  if (schema instanceof z.ZodEnum) return schema.options.join(' | ')
  if (schema instanceof z.ZodLiteral) return [...schema.values].map(String).join(' | ')
  if (schema instanceof z.ZodUnion) return [...new Set(schema.options.map(typeOf))].join(' or ')
  if (schema instanceof z.ZodArray) return `list of ${plural(typeOf(schema.element))}`
  if (schema instanceof z.ZodObject) return 'mapping'
  if (schema instanceof z.ZodRecord) return 'mapping of names'
  if (schema instanceof z.ZodLazy) return 'any value'
  if (schema instanceof z.ZodString) return 'text'
  if (schema instanceof z.ZodBoolean) return 'true | false'
  if (schema instanceof z.ZodNumber) return schema.isInt ? 'whole number' : 'number'
  return schema instanceof z.ZodNull ? 'null' : 'any value'
}

function plural(type: string): string {
  if (type === 'text') return 'texts'
  return type.startsWith('list of') ? type.replace(/^list/, 'lists') : `${type}s`
}
