import type { z } from 'zod'

type Entry = Readonly<Record<string, unknown>>
type Context = z.core.$RefinementCtx<unknown>

/** Exactly one of these keys says what the entry is. Issues carry `got` and `hint`, so that the message can name both. */
export function exactlyOne(entry: Entry, keys: readonly string[], context: Context): void {
  const found = keys.filter((key) => entry[key] !== undefined)
  if (found.length === 1) return
  context.addIssue({
    code: 'custom',
    message: `exactly one of ${keys.join(', ')}`,
    params: { got: found.length === 0 ? 'none' : found.join(' and ') },
  })
}

/** `status` has a meaning beside `http` only. */
export function onlyBeside(entry: Entry, siblings: readonly string[], keys: readonly string[], context: Context): void {
  if (keys.some((key) => entry[key] !== undefined)) return
  for (const sibling of siblings) {
    if (entry[sibling] === undefined) continue
    context.addIssue({ code: 'custom', message: `${sibling} only beside ${keys.join(' or ')}`, path: [sibling] })
  }
}
