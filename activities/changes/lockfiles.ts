import { parse as parseYaml } from 'yaml'

/** Which versions of which package a lockfile holds. */
export type Packages = Map<string, Set<string>>

/** Lockfiles that are looked for where the configuration names none, at the root of the release. */
export const knownLockfiles = [
  'package-lock.json',
  'npm-shrinkwrap.json',
  'yarn.lock',
  'pnpm-lock.yaml',
  'go.mod',
  'go.sum',
  'Cargo.lock',
  'poetry.lock',
  'uv.lock',
  'requirements.txt',
  'Gemfile.lock',
  'composer.lock',
]

/** null: the format is not known, or this is not it. */
export function packagesIn(file: string, text: string): Packages | null {
  const name = file.split('/').at(-1) ?? file
  try {
    return readers[name]?.(text) ?? (/^requirements.*\.txt$/.test(name) ? requirements(text) : null)
  } catch {
    return null
  }
}

const readers: Readonly<Record<string, (text: string) => Packages | null>> = {
  'package-lock.json': npm,
  'npm-shrinkwrap.json': npm,
  'go.sum': (text) => matched(text, /^(\S+) (v[^\s/]+) h1:/gm),
  'Cargo.lock': tables,
  'poetry.lock': tables,
  'uv.lock': tables,
  'Gemfile.lock': (text) => matched(text, /^ {4}([A-Za-z0-9._-]+) \(([^)]+)\)$/gm),
  'composer.lock': composer,
  'pnpm-lock.yaml': pnpm,
  'yarn.lock': (text) => matched(text, /^"?(@?[^@\s"]+)@[^\n]*:\n {2}version:? "?([^"\n]+)"?$/gm),
}

/** Versions 2 and 3 list places below node_modules, version 1 a tree of names. */
function npm(text: string): Packages | null {
  const lock: unknown = JSON.parse(text)
  const packages = new Map<string, Set<string>>()
  const places = Object.entries(recordAt(lock, 'packages') ?? {}).filter(([place]) => place !== '')
  for (const [place, entry] of places) add(packages, place.split('node_modules/').at(-1) ?? place, versionOf(entry))
  const walk = (tree: unknown): void => {
    for (const [name, entry] of Object.entries(recordAt(tree, 'dependencies') ?? {})) {
      add(packages, name, versionOf(entry))
      walk(entry)
    }
  }
  if (recordAt(lock, 'packages') === null) walk(lock)
  return recordAt(lock, 'packages') === null && recordAt(lock, 'dependencies') === null ? null : packages
}

function requirements(text: string): Packages {
  return matched(text, /^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*((?:[=~<>!]=?=?|@)[^;#\\\n]*)?/gm)
}

/** TOML tables that begin with name and version. */
function tables(text: string): Packages {
  return matched(text, /^\[\[package\]\]\r?\nname = "([^"]+)"\r?\nversion = "([^"]+)"/gm)
}

function composer(text: string): Packages | null {
  const lock: unknown = JSON.parse(text)
  const packages = new Map<string, Set<string>>()
  for (const list of [valueAt(lock, 'packages'), valueAt(lock, 'packages-dev')]) {
    if (!Array.isArray(list)) continue
    for (const entry of list) add(packages, String(valueAt(entry, 'name')), versionOf(entry))
  }
  return packages
}

/** Keys like `/name@1.2.3(peer)` or `name@1.2.3`. */
function pnpm(text: string): Packages | null {
  const entries = recordAt(parseYaml(text), 'packages')
  if (entries === null) return null
  const packages = new Map<string, Set<string>>()
  for (const key of Object.keys(entries)) {
    const [, name, version] = /^\/?(@?[^@(]+)@([^(]+)/.exec(key) ?? []
    if (name === undefined || version === undefined) return null
    add(packages, name, version)
  }
  return packages
}

function matched(text: string, shape: RegExp): Packages {
  const packages = new Map<string, Set<string>>()
  for (const [, name = '', version = ''] of text.matchAll(shape)) add(packages, name, version.trim().replace(/^==/, ''))
  return packages
}

function add(packages: Packages, name: string, version: string): void {
  packages.set(name, (packages.get(name) ?? new Set()).add(version || 'any'))
}

function versionOf(entry: unknown): string {
  const version = valueAt(entry, 'version')
  return typeof version === 'string' ? version : 'linked'
}

function recordAt(value: unknown, key: string): object | null {
  const found = valueAt(value, key)
  return typeof found === 'object' && found !== null ? found : null
}

function valueAt(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Object.entries(value).find(([name]) => name === key)?.[1] : null
}
