import { sha256 } from './migration-directory.ts'
import { noWayBackIn } from './no-way-back.ts'
import { splitStatements } from './sql-statements.ts'
import type { MigrationFile } from './tool.ts'

/**
 * What Belay can say of a migration whose tool it does not know: by its files, those with its name in their path. Every
 * byte of them counts, for a comment may be an instruction to that tool. `all`: the names of the tool.
 */
export function foreignFile(name: string, texts: ReadonlyMap<string, string>, all: readonly string[]): MigrationFile {
  const own = [...texts].filter(([path]) => namesIn(path).includes(name)).sort(([a], [b]) => (a < b ? -1 : 1))
  const hash = sha256(name, ...own.flat())
  const others = () => [...texts.keys()].find((path) => namesIn(path).some((one) => all.includes(one)))
  const beside = own.length === 0 ? others() : undefined
  return {
    name,
    sha256: hash,
    bytes: hash,
    wayBack: wayBackOf(own),
    noWayBack: own.map(([, text]) => noWayBackIn(text)).find((why) => why !== null) ?? null,
    sections: [],
    destroys: null,
    // A tool that is run where a file is missing may run another one, or nothing at all, and say that all is well.
    problem: beside === undefined ? null : `expected its file among the release's migrations, as ${beside}, got none`,
    up: 'own',
    down: 'own',
    resumes: false,
  }
}

/** The names that a path may mean: a folder, or the file without its endings. */
function namesIn(path: string): string[] {
  const parts = path.split('/')
  const file = parts.pop() ?? ''
  const stem = file.replace(/(?:\.(?:up|down))?\.[^.]*$/, '')
  return [...parts, stem, file]
}

/** What these files would be called, as far as that can be told without the tool; the words about them are none. */
export function namesOf(texts: ReadonlyMap<string, string>): string[] {
  const names = [...texts.keys()].flatMap((path) => {
    const [stem, folder] = namesIn(path).toReversed().slice(1)
    if (path.endsWith('.md') || stem === undefined) return []
    return /^(up|down|migration|metadata)$/.test(stem) && folder !== undefined ? [folder] : [stem]
  })
  return [...new Set(names)]
}

/** A tool takes a down that is missing or empty for one that worked; only where both halves are files can that be seen. */
function wayBackOf(own: readonly (readonly [string, string])[]): MigrationFile['wayBack'] {
  const half = (way: string) => own.find(([path]) => new RegExp(`(?:^|[./])${way}\\.sql$`).test(path))
  const [up, down] = [half('up'), half('down')]
  if (up === undefined) return 'there'
  if (down === undefined) return 'missing'
  return splitStatements(down[1]).length === 0 ? 'empty' : 'there'
}
