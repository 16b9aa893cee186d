import { ApplicationFailure } from '@temporalio/common'
import { type FailureType, failureTypes } from '../../src/domain/failure.ts'
import type { Git, GitResult } from './git.ts'

/** Git commands that know neither work tree nor index, in one repository. */
export type Plumbing = ReturnType<typeof createPlumbing>

export function createPlumbing(git: Git, gitDirectory: string) {
  const run = (args: readonly string[], input?: string): Promise<GitResult> =>
    git.run([`--git-dir=${gitDirectory}`, ...args], input === undefined ? {} : { input })

  /** Standard output, without its last newline; throws (retryable) when git ends badly. */
  const must = async (args: readonly string[], input?: string): Promise<string> => {
    const result = await run(args, input)
    if (result.exitCode !== 0) throw failed(args, result)
    return result.stdout.replace(/\n$/, '')
  }

  return {
    must,
    run,

    /** The object a full ref name or commit id leads to, tags peeled; null: it is not there. */
    async commitOf(name: string): Promise<string | null> {
      return found(await run(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]))
    },

    /** The object a full ref name is at, tags not peeled; null: there is no such ref. */
    async objectOf(ref: string): Promise<string | null> {
      return found(await run(['rev-parse', '--verify', '--quiet', '--end-of-options', ref]))
    },

    /** Writes an object as its text stands, so that the same text gives the same object, whoever writes it. */
    async write(type: 'tag' | 'commit' | 'tree', text: string): Promise<string> {
      return must(['hash-object', '-t', type, '-w', '--stdin'], text)
    },

    /** Moves a ref only if it is still at `from` (null: only if it is not there); false: somebody was faster. */
    async move(ref: string, to: string, from: string | null): Promise<boolean> {
      const nothing = '0'.repeat(to.length)
      const result = await run(['update-ref', ref, to, from ?? nothing])
      return result.exitCode === 0
    },

    /** Refs of a remote, by full name; tags peeled under `<name>^{}`. */
    async remoteRefs(remote: string, patterns: readonly string[]): Promise<ReadonlyMap<string, string>> {
      const lines = await must(['ls-remote', '--quiet', '--', remote, ...patterns])
      return new Map(lines.split('\n').flatMap((line) => pairOf(line.split('\t'))))
    },
  }
}

export function invalid(message: string, type: FailureType = failureTypes.invalid): ApplicationFailure {
  return ApplicationFailure.create({ type, nonRetryable: true, message })
}

export function tagMoved(tag: string, expected: string, got: string): ApplicationFailure {
  const message = `tag ${tag}: expected it at ${expected}, got ${got}; next: deploy another version, or move the tag back`
  const details = [{ tag, expected, got }]
  return ApplicationFailure.create({ type: failureTypes.tagMoved, nonRetryable: true, message, details })
}

/** Exit 1 with --quiet: no such thing. Anything else is git itself failing, which says nothing about the ref. */
function found(result: GitResult): string | null {
  if (result.exitCode === 0) return result.stdout.trim()
  if (result.exitCode === 1) return null
  throw failed(['rev-parse'], result)
}

function failed(args: readonly string[], result: GitResult): Error {
  const said = result.stderr.trim().slice(-500) || 'nothing'
  return new Error(`git ${args[0]}: expected exit 0, got ${result.exitCode}; git said: ${said}`)
}

function pairOf([id, name]: readonly string[]): [string, string][] {
  return id !== undefined && name !== undefined ? [[name, id]] : []
}
