import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { codeWords } from '../../../src/domain/exit-words.ts'
import type { EnvironmentVariables } from '../../../src/domain/reference.ts'
import type { Git } from '../../git/git.ts'
import { hostPaths } from '../../host/paths.ts'
import { requireSafe } from '../../release/fetch-commit.ts'

/**
 * A clean checkout of the release's commit, for `work`; removed afterwards. What a killed program left of it is removed
 * first. The host's own repository is only read: a deployment may be fetching into it.
 */
export async function inCheckout<T>(
  git: Git,
  order: { directory: string; deployment: string; repository: string; commit: string; timeoutMs: number },
  work: (releaseDirectory: string) => Promise<T>,
): Promise<T> {
  const { directory, deployment, repository, commit, timeoutMs } = order
  requireSafe(repository, commit)
  const { state, repository: known } = hostPaths(directory)
  const place = join(state, 'rehearsals', 'checkouts', deployment)
  await rm(place, { recursive: true, force: true })
  await mkdir(dirname(place), { recursive: true, mode: 0o700 })
  const must = async (...args: string[]) => {
    const { exitCode, stderr } = await git.run(args, { timeoutMs })
    if (exitCode !== 0) throw new Error(`git ${args[0]}: ${stderr.trim().slice(0, 500)}`)
  }
  try {
    const quiet = ['clone', '--quiet', '--no-checkout', '--no-hardlinks', '--reference-if-able', known]
    await must(...quiet, '--', repository, place)
    await must('-C', place, 'checkout', '--quiet', '--detach', commit)
    return await work(place)
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}

/** The release's own build commands, one by one; what they print is the program's output. */
export async function runBuild(
  commands: readonly (readonly string[])[],
  { cwd, environment }: { cwd: string; environment: EnvironmentVariables },
): Promise<void> {
  for (const [program = '', ...args] of commands) {
    const child = spawn(program, args, { cwd, env: environment, stdio: ['ignore', 'inherit', 'inherit'] })
    await once(child, 'close')
    if (child.exitCode === 0) continue
    throw new Error(
      `build ${[program, ...args].join(' ')}: expected exit 0, got ${codeWords({ exitCode: child.exitCode, signal: child.signalCode })}`,
    )
  }
}
