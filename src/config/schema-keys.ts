import { z } from 'zod'
import { settings } from './schema/settings.ts'
import type { Path } from './yaml/path-text.ts'

/** The keys that are known at a path, so that an unknown one can be answered with the nearest. */
export function schemaKeys(path: Path): string[] {
  const found = at(settings, path)
  const keys = found instanceof z.ZodObject ? Object.keys(found.shape) : []
  return path.length === 0 ? [...keys, 'environments'] : keys
}

/** The schema without its wrappers (optional, default, transform). */
export function bare(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodPrefault) {
    return bare(schema.unwrap())
  }
  if (schema instanceof z.ZodDefault) return bare(schema.unwrap())
  return schema instanceof z.ZodPipe ? bare(schema.in) : schema
}

function at(schema: z.core.$ZodType, path: Path): z.core.$ZodType | undefined {
  const inside = bare(schema)
  const [step, ...rest] = path
  if (step === undefined) {
    return inside instanceof z.ZodUnion
      ? inside.options.map(bare).find((option) => option instanceof z.ZodObject)
      : inside
  }
  for (const next of stepsInto(inside, step)) {
    const found = at(next, rest)
    if (found !== undefined) return found
  }
  return undefined
}

function stepsInto(schema: z.core.$ZodType, step: string | number): z.core.$ZodType[] {
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => stepsInto(bare(option), step))
  if (schema instanceof z.ZodArray) return [schema.element]
  if (schema instanceof z.ZodRecord) return [schema.valueType]
  if (!(schema instanceof z.ZodObject)) return []
  const inner = schema.shape[String(step)]
  return inner === undefined ? [] : [inner]
}
