import type { Git } from './git.ts'

/**
 * Git in a directory that is checked out itself: a repository around it is not looked for. Names given to it are full
 * refs, `HEAD` or commit ids, never a person's text.
 */
export type WorkTree = ReturnType<typeof createWorkTree>

export function createWorkTree(git: Git, directory: string) {
  const place = [`--git-dir=${directory}/.git`, `--work-tree=${directory}`]
  const run = (args: readonly string[], input?: string) =>
    git.run([...place, ...args], { cwd: directory, ...(input === undefined ? {} : { input }) })

  return {
    run,

    /** Standard output without its last newline; throws when git ends badly. */
    async must(args: readonly string[], input?: string): Promise<string> {
      const { exitCode, stdout, stderr } = await run(args, input)
      if (exitCode === 0) return stdout.replace(/\n$/, '')
      const said = stderr.trim().slice(-500) || 'nothing'
      throw new Error(`git ${args[0]} in ${directory}: expected exit 0, got ${exitCode}; git said: ${said}`)
    },

    /** null: there is no such thing here. */
    async commitOf(name: string): Promise<string | null> {
      const found = await run(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`])
      return found.exitCode === 0 ? found.stdout.trim() : null
    },

    /** The branch that HEAD is; null: it is a commit. */
    async branch(): Promise<string | null> {
      const found = await run(['symbolic-ref', '--quiet', 'HEAD'])
      return found.exitCode === 0 ? found.stdout.trim() : null
    },
  }
}

/** The tree without files, whatever hash the repository uses. */
export async function emptyTree(tree: WorkTree): Promise<string> {
  return await tree.must(['hash-object', '-t', 'tree', '-w', '--end-of-options', '/dev/null'])
}
