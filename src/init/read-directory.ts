import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Git } from '../../activities/git/git.ts'
import type { Directory, GitFacts } from './directory.ts'

/** Reads what detection asks for: names to a depth of four, texts of small files, git's tags and remotes. Changes nothing. */
export async function readDirectory(root: string, git: Git): Promise<Directory> {
  const paths = await pathsBelow(root)
  const texts = new Map<string, string>()
  for (const path of paths.filter((one) => telling.test(one)).slice(0, mostTexts)) {
    const text = await smallText(join(root, path))
    if (text !== null) texts.set(path, text)
  }
  return { name: basename(root), paths, texts, git: await gitFacts(root, git) }
}

/** A service's own files are found long before; the limits keep a home directory from being read for minutes. */
const mostPaths = 5_000
const mostTexts = 200
const largestBytes = 256 * 1024
const deepest = 4

const foreign = new Set(['node_modules', 'vendor', 'dist', 'build', 'target', 'releases', 'coverage', '__pycache__'])

const telling =
  /(^|\/)(package\.json|go\.mod|Gemfile|pyproject\.toml|requirements\.txt|Procfile|[^/]+\.service|(docker-)?compose\.ya?ml|\.env(\.example|\.sample)?|\.yarnrc\.yml)$|^(src\/|app\/|lib\/|cmd\/[^/]+\/|server\/)?[^/]+\.(js|mjs|cjs|ts|go|py|rb)$|\.sql$/

async function pathsBelow(root: string): Promise<string[]> {
  const found: string[] = []
  const waiting = [{ path: '', depth: 0 }]
  for (let next = waiting.shift(); next && found.length < mostPaths; next = waiting.shift()) {
    const { path, depth } = next
    const entries = await readdir(join(root, path), { withFileTypes: true }).catch(() => [])
    for (const entry of entries.slice(0, mostPaths)) {
      const inside = path === '' ? entry.name : `${path}/${entry.name}`
      if (entry.isFile()) found.push(inside)
      const own = entry.isDirectory() && !entry.name.startsWith('.') && !foreign.has(entry.name)
      if (own && depth + 1 < deepest) waiting.push({ path: inside, depth: depth + 1 })
    }
  }
  return found.sort()
}

async function smallText(file: string): Promise<string | null> {
  try {
    if ((await stat(file)).size > largestBytes) return null
    return (await readFile(file, 'utf8')).replace(/^\ufeff/, '')
  } catch {
    // Not for us to read: then it tells nothing.
    return null
  }
}

async function gitFacts(root: string, git: Git): Promise<GitFacts | null> {
  const lines = async (...args: readonly string[]): Promise<string[] | null> => {
    const { exitCode, stdout } = await git.run(args, { cwd: root, timeoutMs: 10_000 })
    return exitCode === 0 ? stdout.split('\n').filter((line) => line !== '') : null
  }
  try {
    const [top] = (await lines('rev-parse', '--show-toplevel')) ?? []
    if (top === undefined) return null
    const tags = (await lines('tag', '--list', '--sort=-creatordate')) ?? []
    return { root: top, tags: tags.slice(0, 200), remotes: (await lines('remote')) ?? [] }
  } catch {
    // No git on this machine.
    return null
  }
}
