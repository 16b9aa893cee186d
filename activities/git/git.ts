import { spawn } from 'node:child_process'
import type { EnvironmentVariables } from '../../src/domain/reference.ts'

export type GitResult = { exitCode: number; stdout: string; stderr: string }

export type Git = {
  /** Runs git with an argument array. Throws only when it cannot be started, takes too long or says too much. */
  run(
    args: readonly string[],
    options?: { cwd?: string; input?: string; timeoutMs?: number; signal?: AbortSignal },
  ): Promise<GitResult>
}

/**
 * Git as Belay calls it: no hooks, no prompts, no transport helpers, and of the environment only what git and ssh need
 * to find their keys; a `GIT_SSH_COMMAND` or `GIT_DIR` of the caller's has no effect.
 */
export function createGit({ environment }: { environment: EnvironmentVariables }): Git {
  const env = environmentOf(environment)
  return {
    run: (args, options = {}) =>
      new Promise((resolve, reject) => {
        const { cwd = '/', input = '', timeoutMs = longestMs, signal } = options
        const child = spawn('git', [...safety, ...args], {
          cwd,
          env,
          timeout: timeoutMs,
          killSignal: 'SIGKILL',
          signal,
        })
        const output = { stdout: collect(child.stdout), stderr: collect(child.stderr) }
        child.once('error', reject)
        child.once('close', (exitCode, killedBy) => {
          const stdout = output.stdout()
          const stderr = output.stderr()
          if (exitCode === null)
            reject(new Error(`git ${args[0]}: expected an end within ${timeoutMs} ms, got ${killedBy}`))
          else if (stdout === null)
            reject(new Error(`git ${args[0]}: expected at most ${mostBytes} bytes of output, got more`))
          else resolve({ exitCode, stdout, stderr: stderr ?? 'too much to tell' })
        })
        // Git may end without reading its input; its exit code says what became of it.
        child.stdin.once('error', () => undefined)
        child.stdin.end(input)
      }),
  }
}

const longestMs = 110_000
const mostBytes = 64 * 1024 * 1024

const safety = ['-c', 'core.hooksPath=/dev/null', '-c', 'protocol.ext.allow=never', '-c', 'gc.auto=0']

const passed = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SSH_AUTH_SOCK',
  'TMPDIR',
  'https_proxy',
  'HTTPS_PROXY',
  'no_proxy',
  'NO_PROXY',
]

function environmentOf(environment: EnvironmentVariables): Record<string, string> {
  const kept = passed.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]]))
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    // Wins over every configuration: no helper that runs a program, and no plain http after a redirect.
    GIT_ALLOW_PROTOCOL: 'file:https:ssh',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_SSH_COMMAND: 'ssh -oBatchMode=yes',
  }
}

/** null once it is too much. */
function collect(stream: NodeJS.ReadableStream): () => string | null {
  const chunks: Buffer[] = []
  let size = 0
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size <= mostBytes) chunks.push(chunk)
  })
  return () => (size <= mostBytes ? Buffer.concat(chunks).toString('utf8') : null)
}
