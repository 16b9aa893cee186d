import { z } from 'zod'
import { kinds } from './kind.ts'

/** A name in braces is filled in when the plan is made. */
export type Placeholder = 'environment' | 'service' | 'version'

/** Absolute on the host, already normal: what is written is what is used. */
export function absolutePath(placeholders: readonly Placeholder[] = ['environment', 'service']) {
  const path = pathText(
    'an absolute path like /srv/vpn-shop',
    (value) => value.startsWith('/') && value !== '/',
    placeholders,
  )
  kinds.add(path, { kind: 'absolute path' })
  return path
}

/** Relative to the release: below it, never outside. */
export function relativePath(placeholders: readonly Placeholder[] = []) {
  const path = pathText('a path relative to the release', (value) => !/^[/~-]/.test(value), placeholders)
  kinds.add(path, { kind: 'relative path' })
  return path
}

/** Replaces `{environment}` and its like. Names are plain words by then, so the result is as safe as the pattern. */
export function fill(text: string, values: Readonly<Partial<Record<Placeholder, string>>>): string {
  return text.replace(/\{(environment|service|version)\}/g, (whole, key: Placeholder) => values[key] ?? whole)
}

function pathText(expected: string, fits: (value: string) => boolean, placeholders: readonly Placeholder[]) {
  const known = placeholders.map((placeholder) => `{${placeholder}}`)
  const allowed = known.length > 0 ? `only ${known.join(' and ')} in braces` : 'nothing in braces'
  return z
    .string({ error: expected })
    .refine((value) => value.length > 0 && fits(value), { error: expected, abort: true })
    .refine((value) => value.length <= 1024, { error: `${expected} of at most 1024 characters`, abort: true })
    .refine((value) => !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(value), {
      error: 'a path without control characters',
      abort: true,
    })
    .refine((value) => !value.includes('${'), { error: 'a path without ${env:NAME}', abort: true })
    .refine(isNormal, { error: 'a path without "..", "." or empty parts', abort: true })
    .refine((value) => bracesIn(value).every((found) => known.includes(found)), {
      error: `a path with ${allowed}`,
      abort: true,
    })
}

function isNormal(value: string): boolean {
  const parts = (value.startsWith('/') ? value.slice(1) : value).split('/')
  return parts.every((part) => part !== '..' && part !== '.' && part !== '')
}

function bracesIn(value: string): string[] {
  return value.match(/\{[^}]*\}?/g) ?? []
}
