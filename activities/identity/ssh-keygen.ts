import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type SshKeygenAnswer = { ok: boolean; said: string }

/** Runs ssh-keygen with an argument array; `input` is its standard input. Throws when it cannot be started or hangs. */
export async function askSshKeygen(
  args: readonly string[],
  { input, path }: { input: string; path: string | undefined },
): Promise<SshKeygenAnswer> {
  return await new Promise((resolve, reject) => {
    const limits = { timeout: longestMs, killSignal: 'SIGKILL', maxBuffer: 1_000_000 } as const
    // No agent, no home: what is verified depends on the files that are named and on nothing else.
    const env = { ...(path !== undefined && { PATH: path }), LC_ALL: 'C', TZ: 'UTC' }
    const child = execFile('ssh-keygen', args, { cwd: '/', env, ...limits }, (error, stdout, stderr) => {
      if (error === null) resolve({ ok: true, said: stdout.trim() })
      else if (typeof error.code === 'number') resolve({ ok: false, said: `${stderr}${stdout}`.trim().slice(0, 300) })
      else reject(error)
    })
    // It may end without reading everything; its exit code says what became of it.
    child.stdin?.once('error', () => undefined)
    child.stdin?.end(input)
  })
}

/** A signature is verified in milliseconds; within the activity's own limit. */
const longestMs = 5_000

/** Files with these contents, readable by nobody else, as long as `work` takes. */
export async function withFiles<T>(
  contents: Readonly<Record<string, string | Buffer>>,
  work: (file: (name: string) => string) => Promise<T>,
): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'belay-proof-'))
  try {
    for (const [name, content] of Object.entries(contents)) {
      await writeFile(join(directory, name), content, { mode: 0o600 })
    }
    return await work((name) => join(directory, name))
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
