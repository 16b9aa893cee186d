import type { z } from 'zod'

/** Every field of the configuration says what it is and shows one value: documentation and editor hints are made from it. */
export function described<T extends z.ZodType>(schema: T, description: string, ...examples: readonly unknown[]): T {
  return schema.meta({ description, ...(examples.length > 0 ? { examples: [...examples] } : {}) })
}
