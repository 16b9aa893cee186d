import { access, constants, realpath } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import { isErrno } from '../../disk/atomic.ts'
import type { Release, Target } from './tool.ts'

/** The release's own (npm's package carries the program itself), else the one on PATH; `missing`: why there is none. */
export async function dbmateProgram(
  { releaseDirectory }: Release,
  environment: Target['environment'],
): Promise<{ path: string } | { missing: string }> {
  const manifest = await manifestIn(releaseDirectory)
  if (manifest !== null) return platformProgram(manifest)
  const path = await onPath(environment.PATH ?? '')
  if (path !== null) return { path }
  return {
    missing: `dbmate: expected it in ${releaseDirectory}/node_modules, as a dependency of the release, or on PATH, got none; add it, and install it in release.build`,
  }
}

/** As its own launcher finds it. */
function platformProgram(manifest: string): { path: string } | { missing: string } {
  const name = `@dbmate/${process.platform}-${process.arch}`
  try {
    return { path: createRequire(manifest).resolve(`${name}/bin/dbmate`) }
  } catch {
    return { missing: `dbmate: expected ${name} beside it, got none; install the release with optional dependencies` }
  }
}

/** Real, because its package lies beside its own place, not beside a link to it. */
async function manifestIn(releaseDirectory: string): Promise<string | null> {
  try {
    return await realpath(join(releaseDirectory, 'node_modules/dbmate/package.json'))
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return null
    throw error
  }
}

async function onPath(path: string): Promise<string | null> {
  for (const directory of path.split(delimiter).filter((one) => one.startsWith('/'))) {
    const program = join(directory, 'dbmate')
    try {
      await access(program, constants.X_OK)
      return program
    } catch {
      // The next one may have it.
    }
  }
  return null
}
