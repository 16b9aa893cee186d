import type { ConfigurationChange, ConfigurationKey } from '../../src/domain/gate/changes.ts'
import type { ConfigurationFile } from '../../src/domain/plan.ts'
import { isSecret, looksIssued } from '../../src/domain/secret-words.ts'
import { cut } from './cut.ts'
import { flatten } from './flatten.ts'
import { hashOf } from './hash.ts'
import { type Pair, pairsOf } from './in-force.ts'
import type { Tree } from './tree.ts'

export type ConfigurationFound = { shown: ConfigurationChange[]; total: number; hash: string | null }

type Compared = ConfigurationChange & { blobs: readonly (string | null)[] }

/**
 * Every configuration file that the release brings, and those that only the base brought, key by key. `given.base` null:
 * nobody knows what the base brought, and the release's files are compared with those its commit has. What git calls the
 * contents is hashed, so that a secret counts without being shown.
 */
export async function configurationBetween(
  given: { release: readonly ConfigurationFile[]; base: readonly ConfigurationFile[] | null },
  base: Tree,
  release: Tree,
): Promise<ConfigurationFound> {
  const compared = await Promise.all(pairsOf(given.release, given.base).map((pair) => compare(pair, base, release)))
  const changed = compared.filter((file) => file !== null)
  const hash = hashOf(
    changed.map(({ source, target, movedFrom = null, change, blobs }) => [source, target, movedFrom, change, blobs]),
  )
  const total = changed.reduce((sum, file) => sum + countOf(file), 0)
  return { shown: bounded(changed), total, hash }
}

/** One file for each line that tells of it. */
function countOf({ change, movedFrom, keys }: ConfigurationChange): number {
  return (movedFrom === undefined ? 0 : 1) + (change === 'moved' ? 0 : Math.max(1, keys.length))
}

async function compare(pair: Pair, base: Tree, release: Tree): Promise<Compared | null> {
  const { inForce, brought, ...file } = pair
  const [before, after] = await Promise.all([
    inForce ? base.find(file.source) : null,
    brought ? release.find(file.source) : null,
  ])
  const blobs = [before?.blob ?? null, after?.blob ?? null]
  if (brought && after === null) {
    return { ...file, change: 'unknown', keys: [], blobs: [before?.blob ?? null, release.commit] }
  }
  if (blobs[0] === blobs[1]) return file.movedFrom === undefined ? null : { ...file, change: 'moved', keys: [], blobs }
  const change = before === null ? 'added' : after === null ? 'removed' : 'changed'
  const texts = await Promise.all([before ? base.text(before) : '', after ? release.text(after) : ''])
  return { ...file, change, keys: keysBetween(file.source, texts, [before !== null, after !== null]), blobs }
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
  return files.slice(0, mostFiles).map(({ source, target, movedFrom, change, keys }) => {
    const shown = keys.slice(0, left)
    left -= shown.length
    const moved = movedFrom === undefined ? {} : { movedFrom: cut(movedFrom, 200) }
    return { source: cut(source, 200), target: cut(target, 200), ...moved, change, keys: shown }
  })
}
