import { isCommitId } from '../../src/domain/version.ts'
import type { OpenRepository } from './open-repository.ts'
import { invalid } from './plumbing.ts'

/** `bytes` 0: it is empty, or holds nothing but white space. */
export type FileAt = { found: boolean; bytes: number }

/** Looks at one file of a commit, as it was committed: no link is followed, and a folder is no file. */
export async function fileAt(
  opened: OpenRepository,
  { commit, path }: { commit: string; path: string },
): Promise<FileAt> {
  if (!isCommitId(commit)) throw invalid('commit: expected a full commit id, got another text')
  await opened.refresh()
  const { plumbing } = opened
  if ((await plumbing.commitOf(commit)) === null) {
    throw invalid(`commit ${commit}: expected it in the repository, found none; push it first`)
  }
  // From the root of the tree, and never a pattern. A folder that ends in a slash would list what is in it.
  const asked = ['ls-tree', '-z', '--full-tree', '--long', commit, '--', path]
  const listed = await plumbing.must(['--literal-pathspecs', ...asked])
  const [, object, size, name] = /^100[0-7]{3} blob (\S+) +(\d+)\t([^\0]*)\0/.exec(listed) ?? []
  if (object === undefined || name !== path) return { found: false, bytes: 0 }
  const bytes = Number(size)
  if (bytes > mostWhiteSpaceBytes) return { found: true, bytes }
  const text = await plumbing.must(['cat-file', 'blob', object])
  return { found: true, bytes: text.trim() === '' ? 0 : bytes }
}

/** Nobody writes more of it by accident, and a long document need not be read. */
const mostWhiteSpaceBytes = 4_096
