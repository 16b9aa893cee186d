import { z } from 'zod'
import { kinds } from './kind.ts'

export const percentageExpected = 'a percentage like 80%'

/** `80%` -> 0.8, above 0 % and at most 100 %. */
export function percentage() {
  const ratio = z
    .string({ error: percentageExpected })
    .regex(/^\d{1,3}(\.\d+)?%$/, { error: percentageExpected })
    .transform((text) => Number(text.slice(0, -1)) / 100)
    .refine((value) => value > 0 && value <= 1, { error: 'a percentage above 0% and up to 100%' })
  kinds.add(ratio, { kind: 'percentage' })
  return ratio
}
