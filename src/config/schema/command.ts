import { z } from 'zod'
import { kinds } from './kind.ts'

export const commandExpected = 'a list of arguments like [npm, test]'

/** Argument arrays only: nothing here is ever read by a shell. */
export function command(expected = commandExpected) {
  const argument = z
    .string({ error: 'text' })
    .refine((value) => !value.includes('\u0000'), { error: 'an argument without NUL' })
    .refine((value) => !value.includes('${env:'), { error: 'an argument without ${env:NAME}' })
  const list = z
    .array(argument, { error: expected })
    .min(1, { error: expected })
    .refine(([program]) => program !== undefined && program !== '' && !program.startsWith('-'), {
      error: 'a program first, not an option',
      path: [0],
    })
  kinds.add(list, { kind: 'list of arguments' })
  return list
}
