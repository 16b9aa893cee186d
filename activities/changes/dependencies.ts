import type { DependencyChange } from '../../src/domain/gate/changes.ts'
import { looksIssued } from '../../src/domain/secret-words.ts'
import { cut } from './cut.ts'
import { hashOf } from './hash.ts'
import { knownLockfiles, type Packages, packagesIn } from './lockfiles.ts'
import type { Blob, Tree } from './tree.ts'

export type DependenciesFound = { shown: DependencyChange[]; total: number; hash: string | null }

/**
 * Lockfiles that differ, package by package where their format is known. `named` empty: those known by name. One that is
 * named and not there, or none at all, is no "nothing changed".
 */
export async function dependenciesBetween(
  named: readonly string[],
  base: Tree,
  release: Tree,
): Promise<DependenciesFound> {
  const files = named.length > 0 ? named : knownLockfiles
  const pairs = await Promise.all(
    files.map(async (file) => ({ file, before: await base.find(file), after: await release.find(file) })),
  )
  const differing = pairs.filter(({ before, after }) => before?.blob !== after?.blob)
  const missing = pairs.filter(({ before, after }) => before === null && after === null).map(({ file }) => file)
  const unknown = named.length > 0 ? missing : missing.length === files.length ? [null] : []
  const hash = hashOf([
    ...differing.map(({ file, before, after }) => [file, before?.blob, after?.blob]),
    ...unknown.map((file) => [file, 'unknown', release.commit]),
  ])
  const differences = await Promise.all(differing.map((pair) => compare(pair, base, release)))
  const compared = [...differences, ...unknown.map(notThere)]
  const total = compared.reduce((sum, { packages }) => sum + Math.max(1, packages?.length ?? 1), 0)
  return { shown: bounded(compared), total, hash }
}

function notThere(file: string | null): DependencyChange {
  return { file: file === null ? null : cut(file, 200), change: 'unknown', packages: null }
}

async function compare(
  { file, before, after }: { file: string; before: Blob | null; after: Blob | null },
  base: Tree,
  release: Tree,
): Promise<DependencyChange> {
  const change = before === null ? 'added' : after === null ? 'removed' : 'changed'
  const [old, brought] = await Promise.all([packagesAt(file, base, before), packagesAt(file, release, after)])
  return { file: cut(file, 200), change, packages: old && brought && packagesBetween(old, brought) }
}

async function packagesAt(file: string, tree: Tree, blob: Blob | null): Promise<Packages | null> {
  if (blob === null) return new Map()
  const text = await tree.text(blob)
  return text === null ? null : packagesIn(file, text)
}

function packagesBetween(before: Packages, after: Packages): NonNullable<DependencyChange['packages']> {
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((name) => ({ name: cut(name, 100), before: versions(before, name), after: versions(after, name) }))
    .filter((one) => one.before !== one.after)
    .toSorted((a, b) => a.name.localeCompare(b.name, 'en'))
}

/** A version may be an address, and an address may hold a password. */
function versions(packages: Packages, name: string): string | null {
  const found = packages.get(name)
  if (found === undefined) return null
  const text = [...found].toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })).join(', ')
  return /:\/\/\S*@/.test(text) || looksIssued(text) ? '(an address with a secret)' : cut(text, 60)
}

/** What fits into a message of the engine; the total says how many there are. */
const mostPackages = 150

function bounded(files: readonly DependencyChange[]): DependencyChange[] {
  let left = mostPackages
  return files.map((file) => {
    const packages = file.packages?.slice(0, left) ?? null
    left -= packages?.length ?? 0
    return { ...file, packages }
  })
}
