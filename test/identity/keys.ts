import { execFile, spawn } from 'node:child_process'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'
import type { Signing } from '../../src/client/sign/signer.ts'
import { sshSigner } from '../../src/client/sign/ssh-signer.ts'

const run = promisify(execFile)

/** Real keys by name, made in the test, and the two files that a worker keeps. */
export type Keys = {
  allowedSigners: string
  revokedKeys: string
  /** The private key's file. */
  file(name: string): string
  publicKey(name: string): Promise<string>
  /** Writes `allowed_signers`: a line each, `NAME` in it stands for the public key of that name. */
  allow(...lines: readonly string[]): Promise<void>
  revoke(...names: readonly string[]): Promise<void>
  signing(name: string, now?: () => Date): Signing
}

export async function makeKeys(directory: string, names: readonly string[]): Promise<Keys> {
  await mkdir(directory, { recursive: true })
  const file = (name: string) => join(directory, name)
  for (const name of names) await makeKey(file(name))
  const publicKey = async (name: string) => (await readFile(`${file(name)}.pub`, 'utf8')).trim()
  const [allowedSigners, revokedKeys] = [file('allowed_signers'), file('revoked_keys')]
  const keys: Keys = {
    allowedSigners,
    revokedKeys,
    file,
    publicKey,
    async allow(...lines) {
      const text = await Promise.all(
        lines.map(async (line) => {
          const name = names.find((one) => line.endsWith(` ${one}`))
          return name === undefined ? line : `${line.slice(0, -name.length)}${await publicKey(name)}`
        }),
      )
      await writeFile(allowedSigners, `${text.join('\n')}\n`)
    },
    async revoke(...revoked) {
      await writeFile(revokedKeys, (await Promise.all(revoked.map(publicKey))).map((line) => `${line}\n`).join(''))
    },
    signing(name, now = () => new Date()) {
      const environment = { PATH: process.env.PATH, HOME: directory }
      return { signer: sshSigner({ key: file(name), environment, directory }), now }
    },
  }
  await keys.revoke()
  await keys.allow()
  return keys
}

export async function makeKey(file: string, passphrase = ''): Promise<void> {
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', 'test', '-f', file])
  await chmod(file, 0o600)
}

/** An agent of the test's own that holds these keys. Answers with `SSH_AUTH_SOCK`. */
export async function startAgent(directory: string, keyFiles: readonly string[]): Promise<string> {
  const socket = join(directory, 'agent.sock')
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] })
  onTestFinished(() => void agent.kill('SIGKILL'))
  await new Promise((resolve) => agent.stdout.once('data', resolve))
  for (const file of keyFiles) await run('ssh-add', ['-q', file], { env: { ...process.env, SSH_AUTH_SOCK: socket } })
  return socket
}
