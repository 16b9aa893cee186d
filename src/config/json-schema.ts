import { z } from 'zod'
import { orNull } from './json-schema-null.ts'
import { environmentName } from './schema/environment-name.ts'
import { settings } from './schema/settings.ts'
import { isMapping } from './yaml/merge.ts'

/**
 * JSON Schema of `belay.yaml` for editors: completion, descriptions and plain mistakes while writing. Draft-07, because
 * the YAML language server reads nothing newer. It demands less than `loadConfiguration`: what is required may stand in
 * the defaults or in each environment, and is not asked for here; what must fit together is not said.
 */
export function configurationJsonSchema(): Record<string, unknown> {
  const { $schema, ...whole } = withoutRequired(
    z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any', target: 'draft-7' }),
  )
  const properties = isMapping(whole.properties) ? whole.properties : {}
  const { service: _, ...inEnvironment } = properties
  return {
    $schema,
    $id: 'urn:belay:configuration:1',
    title: 'belay.yaml',
    description: 'What is deployed with Belay, where, and what must hold before, while and after. See: belay docs',
    ...whole,
    properties: { ...properties, environments: environments(inEnvironment) },
    required: ['service', 'environments'],
  }
}

function environments(properties: Record<string, unknown>): Record<string, unknown> {
  const environment = { type: 'object', properties, additionalProperties: false }
  return {
    type: 'object',
    minProperties: 1,
    propertyNames: z.toJSONSchema(environmentName, { target: 'draft-7' }),
    additionalProperties: orNull({
      ...environment,
      description: 'An environment: its own settings over the ones above; mappings merge, lists replace, null removes.',
    }),
    description: 'Where it is deployed: the settings of each environment, laid over the ones above.',
    examples: [{ staging: { hosts: ['local'] }, production: { hosts: ['app-1', 'app-2'] } }],
  }
}

/** Also under a mapping of names, whose entries the defaults and an environment may each hold a part of. */
function withoutRequired(schema: unknown): Record<string, unknown> {
  const stripped = strip(schema)
  return isMapping(stripped) ? stripped : {}
}

function strip(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strip)
  if (!isMapping(value)) return value
  const isSchema = !(Array.isArray(value.required) && isMapping(value.properties))
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => isSchema || key !== 'required')
      .map(([key, inner]) => [key, strip(inner)]),
  )
}
