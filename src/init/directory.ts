/** What was read of a service's directory: detection works on this and touches nothing. */
export type Directory = {
  /** The directory's own name. */
  name: string
  /** Files below it, relative, sorted; not those of dependencies and builds. */
  paths: readonly string[]
  /** Of the files that can tell something, without a byte order mark. */
  texts: ReadonlyMap<string, string>
  /** null: not a git repository. */
  git: GitFacts | null
}

export type GitFacts = {
  /** Absolute: where the repository begins. */
  root: string
  /** Newest first. */
  tags: readonly string[]
  remotes: readonly string[]
}

/** Something that was noticed, and the file that says so. */
export type Seen = { what: string; from: string }

/** The first of these files that is there, with its text. */
export function firstText(directory: Directory, names: readonly string[]): { from: string; text: string } | null {
  for (const from of names) {
    const text = directory.texts.get(from)
    if (text !== undefined) return { from, text }
  }
  return null
}
