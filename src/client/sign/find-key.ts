import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Environment } from '../client.ts'
import { Usage } from '../errors.ts'
import { ask } from './programs.ts'

/** A file, private or public (its other half is in the agent), or a public key as text. `from`: where it was named. */
export type Key = { from: string } & ({ file: string } | { text: string })

type Given = { key?: string | null; environment: Environment; directory: string }

/**
 * The key to sign with, the first of: the one given (`--key`, `BELAY_SSH_KEY`); git's `user.signingkey`, where git signs
 * with SSH; the only key of the agent; `~/.ssh/id_ed25519`. Throws {@link Usage} when there is none.
 */
export async function findKey({ key, environment, directory }: Given): Promise<Key> {
  const named = key || environment.BELAY_SSH_KEY
  if (named) return fileNamed(key ? '--key' : 'BELAY_SSH_KEY', named, directory)
  const ofGit = await keyOfGit(environment, directory)
  if (ofGit) return ofGit
  const inAgent = await keysOfAgent(environment)
  const [only] = inAgent
  if (only !== undefined && inAgent.length === 1) return { from: 'the key of ssh-agent', text: only }
  const usual = join(environment.HOME || homedir(), '.ssh', 'id_ed25519')
  if (existsSync(usual)) return { from: usual, file: usual }
  const many = inAgent.length > 1 ? ` (the agent has ${inAgent.length}, and nobody said which)` : ''
  throw new Usage(
    `expected an SSH key to sign with, got none${many}: looked at --key, BELAY_SSH_KEY, git's user.signingkey, ssh-agent and ${usual}. Next: name one with --key`,
  )
}

function fileNamed(from: string, file: string, directory: string): Key {
  const path = resolve(directory, file.replace(/^~(?=\/)/, homedir()))
  if (existsSync(path)) return { from: `${from} ${file}`, file: path }
  throw new Usage(`${from}: expected the file of an SSH key, got ${JSON.stringify(file)}, which is not there`)
}

/** `user.signingkey` is a path, or a public key as text behind `key::`. */
async function keyOfGit(environment: Environment, directory: string): Promise<Key | null> {
  const setting = async (...name: string[]) => {
    const { exitCode, out } = await ask('git', ['-C', directory, 'config', ...name], { environment }).catch(
      () => nothing,
    )
    return exitCode === 0 ? out.trim() : ''
  }
  if ((await setting('gpg.format')) !== 'ssh') return null
  const key = await setting('--type=path', 'user.signingkey')
  if (key === '') return null
  const from = "git's user.signingkey"
  const text = key.replace(/^key::/, '')
  return /^(ssh|ecdsa|sk)-\S+ \S+/.test(text) ? { from, text } : fileNamed(from, key, directory)
}

async function keysOfAgent(environment: Environment): Promise<string[]> {
  if (!environment.SSH_AUTH_SOCK) return []
  const { exitCode, out } = await ask('ssh-add', ['-L'], { environment }).catch(() => nothing)
  return exitCode === 0 ? out.split('\n').filter((line) => line !== '') : []
}

const nothing = { exitCode: 1, out: '' }
