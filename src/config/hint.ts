import { looksSecret } from '../domain/secret-words.ts'
import { onlyPlaceOf } from './elsewhere.ts'
import { belayKeyFor } from './foreign-words.ts'
import { nearest } from './nearest.ts'
import { commandExpected } from './schema/command.ts'
import { durationExpected, durationMs, durationText, isDuration } from './schema/duration.ts'
import { percentageExpected } from './schema/percentage.ts'
import type { Path } from './yaml/path-text.ts'

/** What the writer may have meant, from what was expected and what came; null where that is anybody's guess. */
export function hintFor(expected: string, got: unknown): string | null {
  const guess = guessFor(expected, got)
  return guess === null ? null : `did you mean ${guess}?`
}

/** For a key nobody knows at its place: the word of Belay for it, the nearest one, where it belongs, or all there are. */
export function hintForKey(path: Path, key: string, known: readonly string[]): string | null {
  const translated = belayKeyFor(path)
  if (translated !== null) return `in Belay: ${translated}`
  const like = nearest(key, known)
  if (like !== null) return `did you mean ${like}?`
  const place = onlyPlaceOf(key)
  if (place !== null) return `it belongs to ${place}`
  return known.length > 0 ? `known: ${known.join(', ')}` : null
}

function guessFor(expected: string, got: unknown): string | null {
  if (typeof got === 'string' && looksSecret(got)) return null
  if (expected.startsWith(durationExpected)) return durationGuess(got)
  if (expected.startsWith(percentageExpected)) return percentageGuess(got)
  if (expected === commandExpected && typeof got === 'string')
    return `[${got.trim().split(/\s+/).slice(0, 8).join(', ')}]`
  if (expected === 'true or false' && typeof got === 'string') return yesNoGuess(got)
  if (expected === 'true' && typeof got === 'string' && yesNoGuess(got) === 'true') return 'true'
  if (expected === 'true' && got === false) return 'to leave the line out'
  if (expected.startsWith('one of ') && typeof got === 'string') return nearest(got, expected.slice(7).split(', '))
  if (expected.startsWith('an item id') && typeof got === 'string')
    return /^(?:manual|post|pre)\.([a-z0-9_]+)$/.exec(got)?.[1] ?? null
  if (expected.startsWith('text') && typeof got === 'number') return `"${got}"`
  if (/^a (whole )?number/.test(expected) && typeof got === 'string') return numberGuess(got)
  return null
}

function durationGuess(got: unknown): string | null {
  if (typeof got === 'number') return Number.isInteger(got) && got > 0 ? `${got}s or ${got}m` : null
  if (typeof got !== 'string') return null
  const short = got
    .toLowerCase()
    .replace(/\s+|,/g, '')
    .replace(/millis(econds?)?/g, 'ms')
    .replace(/(seconds?|secs?)/g, 's')
    .replace(/(minutes?|mins?)/g, 'm')
    .replace(/(hours?|hrs?)/g, 'h')
    .replace(/days?/g, 'd')
  if (isDuration(short)) return short
  const decimal = /^(\d+\.\d+)(ms|[smhd])$/.exec(short)
  return decimal ? durationText(Number(decimal[1]) * durationMs(`1${decimal[2]}`)) : null
}

function percentageGuess(got: unknown): string | null {
  if (typeof got !== 'number' || got <= 0 || got > 100) return null
  return got <= 1 ? `${Math.round(got * 1000) / 10}%` : `${got}%`
}

function numberGuess(got: string): string | null {
  return /^-?\d+(\.\d+)?$/.test(got) ? got : null
}

function yesNoGuess(got: string): string | null {
  if (/^(yes|on|y|true)$/i.test(got)) return 'true'
  return /^(no|off|n|false)$/i.test(got) ? 'false' : null
}
