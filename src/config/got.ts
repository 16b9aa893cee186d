import { looksIssued } from '../domain/secret-words.ts'
import { hidePassword } from './schema/url.ts'

/** What came, in a few characters: `"10 minutes"`, `10`, `nothing`, `a list`, `a mapping`. Passwords are hidden. */
export function describeGot(value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object') return Object.keys(value).length === 0 ? 'an empty mapping' : 'a mapping'
  if (typeof value !== 'string') return String(value)
  if (looksIssued(value)) return 'text that looks like a secret (not shown)'
  const clean = hidePassword(value)
  return visible(JSON.stringify(clean.length > 80 ? `${clean.slice(0, 77)}...` : clean))
}

/** Characters that would change the line they are printed on are shown as codes. */
function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  )
}
