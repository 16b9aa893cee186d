import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { signatureNamespace } from '../../domain/identity/identity.ts'
import type { Environment } from '../client.ts'
import { Usage } from '../errors.ts'
import { findKey, type Key } from './find-key.ts'
import { ask } from './programs.ts'
import type { Signer } from './signer.ts'

/**
 * Signs with the person's own SSH key, through `ssh-keygen` and, where the key is in one, the agent. Which key: see
 * {@link findKey}. Throws {@link Usage} with what is missing and what to do.
 */
export function sshSigner(given: { key?: string | null; environment: Environment; directory: string }): Signer {
  return {
    async sign(statement) {
      const key = await findKey(given)
      const directory = await mkdtemp(join(tmpdir(), 'belay-sign-'))
      try {
        return await signIn(directory, statement, key, given.environment)
      } finally {
        await rm(directory, { recursive: true, force: true })
      }
    },
  }
}

/** A file, not standard input: without a terminal ssh-keygen would take the statement for a passphrase. */
async function signIn(directory: string, statement: string, key: Key, environment: Environment): Promise<string> {
  const [file, publicKey] = [join(directory, 'statement'), join(directory, 'key.pub')]
  await writeFile(file, statement, { mode: 0o600 })
  if ('text' in key) await writeFile(publicKey, `${key.text}\n`, { mode: 0o600 })
  const args = ['-Y', 'sign', '-n', signatureNamespace, '-f', 'text' in key ? publicKey : key.file, file]
  const { exitCode, said } = await ask('ssh-keygen', args, { environment, interactive: true })
  if (exitCode !== 0) throw new Usage(`${key.from}: ${whyNot(said)}`)
  return await readFile(`${file}.sig`, 'utf8')
}

/** What ssh-keygen says, and what to do about it. */
function whyNot(said: string): string {
  const line = said.split('\n').findLast((one) => one.trim() !== '') ?? 'ssh-keygen said nothing'
  const words = `expected a signature, got: ${line.trim().slice(0, 300)}`
  if (/passphrase/i.test(said)) return `${words}. Next: ssh-add the key, then the same command`
  if (/No private key found|agent/i.test(said))
    return `${words}. Next: start ssh-agent and ssh-add the key, or name a private key with --key`
  if (/No such file/i.test(said))
    return `${words}. Next: name the key with --key or BELAY_SSH_KEY; a new one: ssh-keygen -t ed25519`
  return `${words}. Next: ssh-keygen -Y sign -n ${signatureNamespace} -f KEY FILE, by hand, says more`
}
