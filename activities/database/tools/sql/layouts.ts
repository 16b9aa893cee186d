/** How files of up and down lie in a directory. Each path belongs to one layout at most. */
export type Layout = {
  /** As people write it. */
  words: string
  /** Whose file this is, and which; null: not one of this layout. */
  partOf(path: string): { name: string; part: Part } | null
  /** Order of two names. */
  compare(a: string, b: string): number
}

type Part = 'up' | 'down' | 'metadata'

export const layouts: readonly Layout[] = [
  {
    words: 'NNN_name.up.sql',
    partOf: (path) => matched(/^(\d+[A-Za-z0-9_.-]*)\.(up|down)\.sql$/, path),
    compare: (a, b) => byNumber(/^\d+/, a, b),
  },
  {
    // Diesel's.
    words: 'NNN_name/up.sql',
    partOf: (path) => matched(/^(\d[A-Za-z0-9_.-]*)\/(up\.sql|down\.sql|metadata\.toml)$/, path),
    compare: (a, b) => byText(versionOf(a), versionOf(b)) || byText(a, b),
  },
  {
    words: 'V0001.Name.up.sql',
    partOf: (path) => matched(/^(V\d+\.[A-Za-z0-9_.-]+)\.(up|down)\.sql$/, path),
    compare: (a, b) => byNumber(/\d+/, a, b),
  },
]

/** What Diesel's history holds: the name up to its first `_`, without dashes. */
export function versionOf(name: string): string {
  return (name.split('_')[0] ?? '').replaceAll('-', '')
}

/** Why these paths are no layout, in words; null: they are one, or none. */
export function layoutProblem(paths: readonly string[]): string | null {
  const stray = paths.filter((path) => looksLikeOne(path) && !layouts.some((layout) => layout.partOf(path)))
  const wanted = layouts.map(({ words }) => words)
  if (stray.length > 0) return `${stray.join(', ')}: expected ${wanted.join(', or ')}, and a down beside each`
  const found = layouts.flatMap(({ words, partOf }) => {
    const first = paths.find((path) => partOf(path))
    return first === undefined ? [] : [`${words} (${first})`]
  })
  return found.length < 2
    ? null
    : `expected one layout of migrations, got ${found.join(' and ')}: their order would be anybody's guess; keep one`
}

/** SQL directly in the directory, or named like half a pair wherever it lies; seeds in a folder are nobody's. */
function looksLikeOne(path: string): boolean {
  return /^[^/]+\.sql$/.test(path) || /\/(?:up|down)\.sql$/.test(path)
}

function matched(pattern: RegExp, path: string): { name: string; part: Part } | null {
  const [, name, part] = pattern.exec(path) ?? []
  return name === undefined || part === undefined ? null : { name, part: partNamed(part) }
}

function partNamed(part: string): Part {
  return part.startsWith('metadata') ? 'metadata' : part.startsWith('up') ? 'up' : 'down'
}

function byNumber(number: RegExp, a: string, b: string): number {
  const difference = BigInt(number.exec(a)?.[0] ?? 0) - BigInt(number.exec(b)?.[0] ?? 0)
  return difference < 0n ? -1 : difference > 0n ? 1 : byText(a, b)
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
