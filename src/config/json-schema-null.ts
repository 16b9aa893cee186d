import { isMapping } from './yaml/merge.ts'

type Schema = Record<string, unknown>

/**
 * The schema of a setting as an environment writes it: `null` takes a default away, at any depth of mappings (a list
 * replaces as a whole), and what is left out is inherited, so that no default is told.
 */
export function orNull(schema: unknown): unknown {
  if (!isMapping(schema)) return schema
  const { default: _, ...inside } = within(schema)
  if (Array.isArray(inside.anyOf)) return { ...inside, anyOf: [...inside.anyOf, { type: 'null' }] }
  if (inside.const !== undefined) {
    const { const: only, type: _type, ...rest } = inside
    return { ...rest, enum: [only, null] }
  }
  if (inside.type === undefined) return { ...described(inside), anyOf: [withoutWords(inside), { type: 'null' }] }
  const types = Array.isArray(inside.type) ? inside.type : [inside.type]
  const options = Array.isArray(inside.enum) ? { enum: [...inside.enum, null] } : {}
  return { ...inside, ...options, type: [...new Set([...types, 'null'])] }
}

function within(schema: Schema): Schema {
  const { properties, additionalProperties } = schema
  return {
    ...schema,
    ...(isMapping(properties) ? { properties: mapped(properties) } : {}),
    ...(isMapping(additionalProperties) ? { additionalProperties: orNull(additionalProperties) } : {}),
    ...(Array.isArray(schema.anyOf)
      ? { anyOf: schema.anyOf.map((option) => (isMapping(option) ? within(option) : option)) }
      : {}),
  }
}

function mapped(properties: Schema): Schema {
  return Object.fromEntries(Object.entries(properties).map(([key, inner]) => [key, orNull(inner)]))
}

function described({ description, examples }: Schema): Schema {
  return { ...(description === undefined ? {} : { description }), ...(examples === undefined ? {} : { examples }) }
}

function withoutWords({ description: _, examples: _examples, ...rest }: Schema): Schema {
  return rest
}
