import { nearest } from './nearest.ts'

/**
 * Is what stands under this key nobody's business? `env`, as it may be misspelt; every word for a secret; what is
 * written like a variable, which has slipped out of `env` by an indentation; and what is no plain word at all.
 */
export function isPrivateKey(key: string): boolean {
  if (key === 'environments') return false
  if (!/^[\w.-]+$/.test(key)) return true
  return secretWord.test(key) || secretName.test(key) || nearest(key, variableKeys) !== null
}

const secretName = /^[A-Z][A-Z0-9_]+$|(?:^|[_-])(?:pw|pwd|pass|key|auth)$/

/** Keys under which people write variables. */
const variableKeys = ['env', 'envs', 'environment', 'env_vars', 'environment_variables', 'variables', 'vars']

const secretWord =
  /pass(?:word|wd|phrase)|secret|token|credential|webhook|(?:api|private|access|encryption)[_-]?key|authoriz/i

/** Does a line hold, or seem to hold, a written secret? References are none. */
export function looksSecret(line: string): boolean {
  if (line.length > longestRead) return true
  const written = line.replace(/\$\{env:\w+\}/g, '')
  return [...secretShapes, ...issuedShapes].some((shape) => shape.test(written))
}

/** Is it, by its form alone, a key that somebody was given? */
export function looksIssued(text: string): boolean {
  return text.length <= longestRead && issuedShapes.some((shape) => shape.test(text))
}

/** A longer line is not worth the time the shapes take on it: a hand writes shorter ones. */
const longestRead = 4000

const secretShapes = [
  // Whatever stands before an @ of an address.
  /:\/\/\S*@/,
  /[^\s/@]:[^\s/]*@/,
  // A word for a secret with something after it: `token: x`, `?api_key=x`, `--password, x`, `Bearer x`.
  new RegExp(`(?:${secretWord.source}|bearer)[\\w-]*["']?\\s*[=:,]?\\s*["']?[^\\s"',\\]}&#=:]`, 'i'),
]

const issuedShapes = [
  // Forms that issuers give their keys.
  /\b(?:gh[opsu]_|github_pat_|glpat-|xox[abps]-|sk[-_]|AKIA|eyJ)\w{6,}|-----BEGIN/,
  // Long and random: upper case, lower case and digits in one word.
  /(?=[A-Za-z0-9+/_=-]*[a-z])(?=[A-Za-z0-9+/_=-]*[A-Z])(?=[A-Za-z0-9+/_=-]*\d)[A-Za-z0-9+/_=-]{24,}/,
]
