import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { configurationFields } from '../../src/config/fields.ts'
import { configurationJsonSchema } from '../../src/config/json-schema.ts'
import { settings } from '../../src/config/schema/settings.ts'
import { bare } from '../../src/config/schema-keys.ts'

const fields = configurationFields()

describe('every field of the configuration is documented', () => {
  test.each(fields.map((field) => [field.path, field] as const))('%s', (_, field) => {
    expect(field.description.length).toBeGreaterThan(3)
    expect(field.description).toMatch(/^[`A-Z].*[.]$/)
    expect(field.type).not.toBe('')
    const isGroup = fields.some((other) => other.path.startsWith(`${field.path}.`))
    expect(isGroup || field.examples.length > 0 || field.default !== undefined).toBe(true)
  })

  test('the examples and the defaults fit their own fields', () => {
    const documented = schemasOf(settings)
    expect(documented.length).toBeGreaterThan(150)
    for (const schema of documented) {
      for (const example of examplesOf(schema)) expect(z.safeParse(schema, example).error?.issues ?? []).toEqual([])
    }
  })

  test('every key of the full example is a field', () => {
    const full: unknown = parse(readFileSync(new URL('fixtures/full.yaml', import.meta.url), 'utf8'))
    const paths = new Set(fields.map((field) => field.path))
    for (const key of Object.keys(full ?? {})) expect(paths.has(key) || key === 'environments').toBe(true)
  })

  test('types, defaults and what is required can be read off', () => {
    const byPath = new Map(fields.map((field) => [field.path, field]))
    expect(byPath.get('monitoring.window')).toMatchObject({ type: 'duration', default: '10m', required: false })
    expect(byPath.get('release.directory')).toMatchObject({ type: 'absolute path', default: undefined, required: true })
    expect(byPath.get('release.processes.*.start')?.type).toBe('list of arguments')
    expect(byPath.get('checks.*.metric.equals')?.type).toBe('number')
    expect(byPath.get('release.keep')?.type).toBe('whole number')
    expect(byPath.get('database.on_rollback')?.type).toBe('revert_if_lossless | keep | ask | revert')
    expect(byPath.get('database.integrity[].sql')?.required).toBe(true)
  })
})

test('editors get a JSON Schema with the same words', () => {
  const schema = configurationJsonSchema()
  expect(schema).toMatchObject({
    title: 'belay.yaml',
    required: ['service', 'environments'],
    properties: {
      monitoring: { properties: { window: { type: 'string', default: '10m', pattern: expect.any(String) } } },
    },
  })
  expect(JSON.stringify(schema)).toContain('How long a release is watched')
})

/** Every schema below this one that has words of its own. */
function schemasOf(schema: z.core.$ZodType): z.core.$ZodType[] {
  const inside = bare(schema)
  const own = z.globalRegistry.get(schema)?.description === undefined ? [] : [schema]
  return [...own, ...innerOf(inside).flatMap(schemasOf)]
}

function innerOf(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  if (schema instanceof z.ZodObject) return Object.values(schema.shape)
  if (schema instanceof z.ZodRecord) return [schema.valueType]
  if (schema instanceof z.ZodArray) return [schema.element]
  return schema instanceof z.ZodUnion ? schema.options : []
}

function examplesOf(schema: z.core.$ZodType): unknown[] {
  const examples = z.globalRegistry.get(schema)?.examples
  return Array.isArray(examples) ? examples : []
}
