import { z } from 'zod'
import { settings } from './schema/settings.ts'
import { isMapping } from './yaml/merge.ts'

/**
 * JSON Schema (2020-12) of `belay.yaml` for editors: completion and descriptions while writing. It demands less than
 * `loadConfiguration`: what is required may stand in the defaults or in each environment, and is not asked for here.
 */
export function configurationJsonSchema(): Record<string, unknown> {
  const whole = withoutRequired(z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' }))
  const properties = isMapping(whole.properties) ? whole.properties : {}
  const { service: _, ...inEnvironment } = properties
  const environment = { type: ['object', 'null'], properties: nullable(inEnvironment), additionalProperties: false }
  return {
    ...whole,
    title: 'belay.yaml',
    properties: {
      ...properties,
      environments: {
        type: 'object',
        minProperties: 1,
        additionalProperties: environment,
        description: 'Settings laid over the ones above, by environment.',
      },
    },
    required: ['service', 'environments'],
  }
}

function withoutRequired(schema: unknown): Record<string, unknown> {
  const strip = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(strip)
    if (!isMapping(value)) return value
    const isSchema = !(Array.isArray(value.required) && isMapping(value.properties))
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => isSchema || key !== 'required')
        .map(([key, inner]) => [key, strip(inner)]),
    )
  }
  const stripped = strip(schema)
  return isMapping(stripped) ? stripped : {}
}

/** `null` takes a default away. */
function nullable(properties: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).map(([key, inner]) => [key, { anyOf: [inner, { type: 'null' }] }]),
  )
}
