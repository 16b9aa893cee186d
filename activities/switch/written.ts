import { readJson, writeJson } from '../disk/atomic.ts'
import { switchPaths } from './paths.ts'

/** What Belay itself has last put on this host, and when it was there: by it an edit and a stale process are known. */
export type Written = {
  files: Readonly<Record<string, { sha256: string | null; at: string }>>
  /** When the code was last switched; null: never. */
  codeAt: string | null
  /** The plan that is live; null: none. */
  planDigest: string | null
}

const nothing: Written = { files: {}, codeAt: null, planDigest: null }

export async function readWritten(directory: string): Promise<Written> {
  return (await readJson(switchPaths(directory).written, parseWritten)) ?? nothing
}

/** `at` moves only where something changed: a process older than a file that never changed has loaded it all the same. */
export async function noteWritten(
  directory: string,
  news: {
    files: readonly { path: string; sha256: string | null }[]
    codeChanged: boolean
    planDigest: string | null
    at: string
  },
): Promise<void> {
  const before = await readWritten(directory)
  const files = news.files.map(({ path, sha256 }) => {
    const known = before.files[path]
    return [path, known && known.sha256 === sha256 ? known : { sha256, at: news.at }]
  })
  // Nothing of ours is left there: what runs later was never switched to.
  if (news.planDigest === null) return await writeJson(switchPaths(directory).written, nothing)
  await writeJson(switchPaths(directory).written, {
    files: { ...before.files, ...Object.fromEntries(files) },
    codeAt: news.codeChanged ? news.at : before.codeAt,
    planDigest: news.planDigest,
  } satisfies Written)
}

function parseWritten(value: unknown): Written {
  if (!isWritten(value)) throw new Error('expected what was written')
  return value
}

function isWritten(value: unknown): value is Written {
  if (typeof value !== 'object' || value === null) return false
  const { files, codeAt }: Record<string, unknown> = { ...value }
  return typeof files === 'object' && files !== null && (codeAt === null || typeof codeAt === 'string')
}
