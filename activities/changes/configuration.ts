import type { ConfigurationChange, ConfigurationKey } from '../../src/domain/gate/changes.ts'
import type { ConfigurationFile } from '../../src/domain/plan.ts'
import { isSecret, looksIssued } from '../../src/domain/secret-words.ts'
import { cut } from './cut.ts'
import { hashOf } from './digest.ts'
import { flatten } from './flatten.ts'
import type { Blob, Tree } from './tree.ts'

export type ConfigurationFound = { shown: ConfigurationChange[]; total: number; hash: string | null }

type Compared = ConfigurationChange & { blobs: readonly (string | null)[] }

/**
 * Every configuration file that the release brings, and those that only the base brought, key by key. What git calls
 * the contents is hashed, so that a secret counts without being shown.
 */
export async function configurationBetween(
  given: { release: readonly ConfigurationFile[]; base: readonly ConfigurationFile[] },
  base: Tree,
  release: Tree,
): Promise<ConfigurationFound> {
  const gone = given.base.filter(({ source }) => given.release.every((other) => other.source !== source))
  const compared = await Promise.all([
    ...given.release.map(async (file) => compare(file, base, release, await release.find(file.source))),
    ...gone.map((file) => compare(file, base, release, undefined)),
  ])
  const changed = compared.filter((file) => file !== null)
  const hash = hashOf(changed.map(({ source, target, change, blobs }) => [source, target, change, blobs]))
  const total = changed.reduce((sum, { keys }) => sum + Math.max(1, keys.length), 0)
  return { shown: bounded(changed), total, hash }
}

/** `after` undefined: the release does not bring this file any more; null: it should, and its commit has none. */
async function compare(
  { source, target }: ConfigurationFile,
  base: Tree,
  release: Tree,
  after: Blob | null | undefined,
): Promise<Compared | null> {
  const before = await base.find(source)
  const file = { source, target }
  if (after === null) return { ...file, change: 'unknown', keys: [], blobs: [before?.blob ?? null, release.commit] }
  const blobs = [before?.blob ?? null, after?.blob ?? null]
  if (blobs[0] === blobs[1]) return null
  const change = before === null ? 'added' : after === undefined ? 'removed' : 'changed'
  const texts = await Promise.all([before ? base.text(before) : '', after ? release.text(after) : ''])
  return { ...file, change, keys: keysBetween(source, texts, [before !== null, after !== undefined]), blobs }
}

function keysBetween(
  source: string,
  texts: readonly (string | null)[],
  [hadBefore, hasAfter]: readonly [boolean, boolean],
): ConfigurationKey[] {
  const [oldText = null, newText = null] = texts
  if (oldText === null || newText === null) return []
  const before = hadBefore ? flatten(source, oldText) : new Map<string, string>()
  const after = hasAfter ? flatten(source, newText) : new Map<string, string>()
  if (before === null || after === null) return []
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((key) => before.get(key) !== after.get(key))
    .map((key) => keyOf(key, before.get(key) ?? null, after.get(key) ?? null))
}

function keyOf(key: string, before: string | null, after: string | null): ConfigurationKey {
  const change = before === null ? 'added' : after === null ? 'removed' : 'changed'
  const secret = [before, after].some((value) => value !== null && isSecret(key, value))
  const name = looksIssued(key) ? '(a key that looks like a secret)' : cut(key, 100)
  const shown = (value: string | null) => (secret || value === null ? null : cut(value, 80))
  return { key: name, change, secret, before: shown(before), after: shown(after) }
}

/** What somebody can review at once, and what fits into a message of the engine. */
const [mostKeys, mostFiles] = [100, 40]

function bounded(files: readonly Compared[]): ConfigurationChange[] {
  let left = mostKeys
  return files.slice(0, mostFiles).map(({ source, target, change, keys }) => {
    const shown = keys.slice(0, left)
    left -= shown.length
    return { source: cut(source, 200), target: cut(target, 200), change, keys: shown }
  })
}
