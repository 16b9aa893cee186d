import { randomBytes } from 'node:crypto'
import { posix } from 'node:path'
import { isCommitId } from '../../src/domain/version.ts'
import { invalid, type Plumbing } from '../git/plumbing.ts'

export type Blob = { blob: string; isFile: boolean }

/** The files of one commit. A commit that is not there has none. */
export type Tree = {
  commit: string | null
  /** null: there is no such file. A symlink or a submodule is there, but no file. */
  find(path: string): Promise<Blob | null>
  /** Files below a directory, by their path there; null: it is no directory, or an empty one. */
  list(directory: string): Promise<Map<string, Blob> | null>
  /** The text of every file below a directory, none hidden, by its path there; one call of git, however many there are. */
  texts(directory: string): Promise<Map<string, string>>
  /** null: too long to be read, or not text. */
  text(blob: Blob): Promise<string | null>
}

export async function openTree(plumbing: Plumbing, commit: string | null): Promise<Tree> {
  const found = commit !== null && isCommitId(commit) ? await plumbing.commitOf(commit) : null
  const entries = async (path: string, ...options: readonly string[]) => {
    if (found === null) return []
    return entriesOf(await plumbing.must(['ls-tree', '-z', '--full-tree', ...options, found, `:(literal)${path}`]))
  }
  const list = async (directory: string) => {
    const place = posix.join(directory, '/')
    const within = await entries(place, '-r')
    return within.length === 0 ? null : new Map(within.map(([path, blob]) => [posix.relative(place, path), blob]))
  }
  return {
    commit: found,
    find: async (path) => (await entries(path)).find(([name]) => name === path)?.[1] ?? null,
    list,
    async texts(directory) {
      const shown = [...((await list(directory)) ?? [])].filter(([path, { isFile }]) => isFile && !isHidden(path))
      const texts = await textsOf(
        plumbing,
        shown.map(([, { blob }]) => blob),
      )
      return new Map(shown.map(([path], at) => [path, texts[at] ?? '']))
    },
    text: (blob) => textOf(plumbing, blob),
  }
}

/** A lockfile of a large service has a few megabytes; whoever writes longer files is compared as a whole. */
const longestBytes = 16 * 1024 * 1024

async function textOf(plumbing: Plumbing, { blob, isFile }: Blob): Promise<string | null> {
  if (!isFile || Number(await plumbing.must(['cat-file', '-s', blob])) > longestBytes) return null
  const { exitCode, stdout } = await plumbing.run(['cat-file', 'blob', blob])
  // Git's output is read as text: bytes that are none come out as this character.
  return exitCode !== 0 || /[\0\uFFFD]/.test(stdout) ? null : stdout
}

/** Each begins with a word that nobody can know before: sizes count bytes, and git's output is read as text. */
async function textsOf(plumbing: Plumbing, blobs: readonly string[]): Promise<string[]> {
  if (blobs.length === 0) return []
  const head = `${randomBytes(16).toString('hex')}\n`
  const output = await plumbing.must(['cat-file', `--batch=${head.trim()}`], `${blobs.join('\n')}\n`)
  const texts = `\n${output}`.split(`\n${head}`).slice(1)
  // Of one that it lacks git says so in its place, and ends well: all that follow would be taken for others.
  const lacked = blobs.length - texts.length
  if (lacked > 0) throw invalid(`git lacks ${lacked} of ${blobs.length} files of the commit; next: git fsck`)
  return texts
}

function isHidden(path: string): boolean {
  return path.split('/').some((part) => part.startsWith('.'))
}

function entriesOf(listed: string): [string, Blob][] {
  return listed.split('\0').flatMap((line): [string, Blob][] => {
    const [, mode = '', blob = '', path = ''] = /^(\d+) \w+ ([0-9a-f]+)\t([\s\S]+)$/.exec(line) ?? []
    return path === '' || mode === '040000' ? [] : [[path, { blob, isFile: mode.startsWith('100') }]]
  })
}
