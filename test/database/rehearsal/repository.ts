import { execFile } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

/** A real repository; each commit holds exactly these files. */
export async function createRepository(directory: string) {
  await mkdir(directory, { recursive: true })
  await git(directory, 'init', '--quiet', '--initial-branch=main')
  return {
    location: directory,
    async commit(files: Readonly<Record<string, string>>): Promise<string> {
      await git(directory, 'rm', '-r', '--quiet', '--ignore-unmatch', '.')
      for (const [path, text] of Object.entries({ README: 'a service', ...files })) {
        await mkdir(dirname(join(directory, path)), { recursive: true })
        await rm(join(directory, path), { force: true })
        await writeFile(join(directory, path), text)
      }
      await git(directory, 'add', '--all')
      await git(directory, 'commit', '--quiet', '--allow-empty', '--message', 'a release')
      return (await git(directory, 'rev-parse', 'HEAD')).trim()
    },
  }
}

async function git(directory: string, ...args: readonly string[]): Promise<string> {
  const identity = ['-c', 'user.name=Fixture', '-c', 'user.email=fixture@example.com', '-c', 'commit.gpgsign=false']
  return (await promisify(execFile)('git', [...identity, ...args], { cwd: directory })).stdout
}
