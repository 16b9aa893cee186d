import { secretWord } from '../domain/secret-words.ts'
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
