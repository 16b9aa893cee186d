import { execFile } from 'node:child_process'
import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export type FixtureRelease = {
  version: string
  /** Merged into `config.json` of this release. */
  config?: Record<string, unknown>
  /** Files of this release, by path; null removes one that an earlier release had. */
  files?: Record<string, string | null>
  /** Added to the message of its commit: `Reviewed-by: Bob <bob@example.com>`. */
  trailer?: string
  /** Not tagged: the deployment makes the tag. */
  untagged?: boolean
}

/** A real git repository with one commit and one tag a release. Answers with the commit of each version. */
export async function makeRepository(
  directory: string,
  given: { port: number; control: string; releases: readonly FixtureRelease[] },
): Promise<Map<string, string>> {
  await mkdir(directory, { recursive: true })
  await git(directory, 'init', '--quiet', '--initial-branch=main')
  await cp(fileURLToPath(new URL('./service', import.meta.url)), directory, { recursive: true })
  const commits = new Map<string, string>()
  let config: Record<string, unknown> = { port: given.port }
  for (const release of given.releases) {
    config = { ...config, ...release.config }
    await write(directory, {
      VERSION: release.version,
      CONTROL: given.control,
      'config.json': JSON.stringify(config, null, 2),
      ...release.files,
    })
    await git(directory, 'add', '--all')
    const paragraphs = [`release ${release.version}`, ...(release.trailer ? [release.trailer] : [])]
    await git(directory, 'commit', '--quiet', ...paragraphs.flatMap((text) => ['--message', text]))
    if (!release.untagged) await git(directory, 'tag', `v${release.version}`)
    commits.set(release.version, (await git(directory, 'rev-parse', 'HEAD')).trim())
  }
  return commits
}

/** The pair of files of one migration. */
export function migration(name: string, up: string, down: string): Record<string, string> {
  return { [`migrations/${name}.up.sql`]: up, [`migrations/${name}.down.sql`]: down }
}

export async function git(directory: string, ...args: readonly string[]): Promise<string> {
  const identity = ['-c', 'user.name=Fixture', '-c', 'user.email=fixture@example.com', '-c', 'commit.gpgsign=false']
  const { stdout } = await promisify(execFile)('git', [...identity, ...args], { cwd: directory })
  return stdout
}

async function write(directory: string, files: Record<string, string | null>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const target = join(directory, path)
    await mkdir(dirname(target), { recursive: true })
    if (content === null) await rm(target, { force: true })
    else await writeFile(target, content)
  }
}
