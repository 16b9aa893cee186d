import { z } from 'zod'

const control = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

/** One line of words, without `${env:NAME}`: a secret's place is a url or an `env` field. */
export function text(expected = 'text', maxLength = 500) {
  return z
    .string({ error: expected })
    .min(1, { error: expected })
    .max(maxLength, { error: `${expected} of at most ${maxLength} characters` })
    .refine((value) => !control.test(value), {
      error: `${expected} without control or invisible characters`,
      abort: true,
    })
    .refine((value) => !value.includes('${env:'), { error: `${expected} without \${env:NAME}`, abort: true })
}

/** Words that say why; long enough that somebody can be asked about them. */
export function reason() {
  return text('a reason in words').refine((value) => /\p{L}{2}/u.test(value), { error: 'a reason in words' })
}

/** Text in which `${env:NAME}` is looked up where it is used; any other `${...}` is a slip of the pen. */
export function referenceText(expected = 'text or ${env:NAME}') {
  return z
    .string({ error: expected })
    .max(4000, { error: `${expected} of at most 4000 characters` })
    .refine((value) => !value.includes('\u0000'), { error: `${expected} without NUL`, abort: true })
    .refine(hasOnlyReferences, { error: `${expected}, each reference written \${env:NAME}`, abort: true })
}

/** Names people give: checks, processes, manual items. They become file names, ids and payload keys. */
export function name(expected = 'a name of a-z, 0-9, _ and -, starting with a letter') {
  return z.string({ error: expected }).regex(/^[a-z][a-z0-9_-]{0,63}$/, { error: expected })
}

export function choice<const T extends readonly [string, ...string[]]>(values: T) {
  return z.enum(values, { error: `one of ${values.join(', ')}` })
}

export function yesNo() {
  return z.boolean({ error: 'true or false' })
}

/** `sign_off: true`: the key itself is the choice, `false` would say nothing. */
export function flag() {
  return z.literal(true, { error: 'true' })
}

export function wholeNumber(min: number, max: number) {
  const expected = `a whole number from ${min} to ${max}`
  return z.int({ error: expected }).min(min, { error: expected }).max(max, { error: expected })
}

function hasOnlyReferences(value: string): boolean {
  return !value.replace(/\$\{env:[A-Za-z_][A-Za-z0-9_]*\}/g, '').includes('${')
}
