/** Every word for a secret, as people write it into names. */
export const secretWord =
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

/** Whether the value of this key is nobody's business, by the key's name or by what the value looks like. */
export function isSecret(key: string, value: string): boolean {
  if (/^["']?\$\{env:\w+\}["']?$/.test(value)) return false
  return secretWord.test(key) || secretEnd.test(key) || looksSecret(value)
}

/** `stripe.key`, `DB_PASS`, `smtp.auth.user`, `sentryDsn`, `keys[0]`: a word of the name, wherever it stands. */
const secretEnd =
  /(?:^|[^A-Za-z0-9]|[a-z](?=[A-Z]))(?:pw|pwd|pass|keys?|auth|dsn|salt|pin|seed|cookie|session|cert)(?![a-z])/i
