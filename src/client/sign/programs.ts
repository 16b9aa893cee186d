import { spawn } from 'node:child_process'
import type { Environment } from '../client.ts'
import { Usage } from '../errors.ts'

/** `said`: both streams, for a sentence about what went wrong. */
export type Answer = { exitCode: number; out: string; said: string }

/**
 * Runs one of the person's own programs with an argument array. `interactive`: it may ask at the terminal, for as long as
 * the person needs. Throws {@link Usage} when it is not there.
 */
export async function ask(
  program: string,
  args: readonly string[],
  { environment, interactive = false }: { environment: Environment; interactive?: boolean },
): Promise<Answer> {
  const limit = interactive ? {} : { timeout: longestMs, killSignal: 'SIGKILL' as const }
  const env = { ...environment, LC_ALL: 'C' }
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'], ...limit })
  const text = { out: '', said: '' }
  const hear = (which: 'out' | 'said') => (piece: string) => {
    text[which] += piece
    if (which === 'out') text.said += piece
  }
  child.stdout.setEncoding('utf8').on('data', hear('out'))
  child.stderr.setEncoding('utf8').on('data', hear('said'))
  // A security key waits to be touched, and only this says so.
  if (interactive)
    child.stderr.on('data', (piece: string) => void (/presence/.test(piece) && process.stderr.write(piece)))
  return await new Promise((resolve, reject) => {
    child.once('error', () => {
      const next =
        program === 'ssh-keygen' ? "install OpenSSH's client (apt-get install openssh-client)" : `install ${program}`
      reject(new Usage(`${program} does not run here, and signing needs it. Next: ${next}`))
    })
    child.once('close', (code) => resolve({ exitCode: code ?? 1, ...text }))
  })
}

/** Git and the agent answer at once, or not at all. */
const longestMs = 5_000
