import { posix } from 'node:path'
import { isCommitId } from '../../src/domain/version.ts'
import type { Plumbing } from '../git/plumbing.ts'

export type Blob = { blob: string; isFile: boolean }

/** The files of one commit. A commit that is not there has none. */
export type Tree = {
  commit: string | null
  /** null: there is no such file. A symlink or a submodule is there, but no file. */
  find(path: string): Promise<Blob | null>
  /** Files below a directory, by their path there; null: it is no directory, or an empty one. */
  list(directory: string): Promise<Map<string, Blob> | null>
  /** null: too long to be read, or not text. */
  text(blob: Blob): Promise<string | null>
}

export async function openTree(plumbing: Plumbing, commit: string | null): Promise<Tree> {
  const found = commit !== null && isCommitId(commit) ? await plumbing.commitOf(commit) : null
  const entries = async (path: string, ...options: readonly string[]) => {
    if (found === null) return []
    return entriesOf(await plumbing.must(['ls-tree', '-z', '--full-tree', ...options, found, `:(literal)${path}`]))
  }
  return {
    commit: found,
    find: async (path) => (await entries(path)).find(([name]) => name === path)?.[1] ?? null,
    async list(directory) {
      const place = posix.join(directory, '/')
      const within = await entries(place, '-r')
      return within.length === 0 ? null : new Map(within.map(([path, blob]) => [posix.relative(place, path), blob]))
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

function entriesOf(listed: string): [string, Blob][] {
  return listed.split('\0').flatMap((line): [string, Blob][] => {
    const [, mode = '', blob = '', path = ''] = /^(\d+) \w+ ([0-9a-f]+)\t([\s\S]+)$/.exec(line) ?? []
    return path === '' || mode === '040000' ? [] : [[path, { blob, isFile: mode.startsWith('100') }]]
  })
}
