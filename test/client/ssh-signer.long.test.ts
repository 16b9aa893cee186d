import { execFile } from 'node:child_process'
import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { verifySignature } from '../../activities/identity/verify.ts'
import { sshSigner } from '../../src/client/sign/ssh-signer.ts'
import { type Keys, makeKey, makeKeys, startAgent } from '../identity/keys.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const run = promisify(execFile)
const statement = '{"belay":1}'

/** A home without keys, without an agent and without git's settings. */
async function setUp() {
  const home = await temporaryDirectory()
  const keys = await makeKeys(join(home, 'keys'), ['ann', 'bob'])
  await keys.allow('ann ann', 'bob bob')
  const environment = { PATH: process.env.PATH, HOME: home, GIT_CONFIG_NOSYSTEM: '1' }
  return { home, keys, environment }
}

async function whoSigned(keys: Keys, signature: string): Promise<string[]> {
  const names = ['ann', 'bob']
  const given = { keys, path: process.env.PATH, now: new Date() }
  const verdicts = await Promise.all(names.map((by) => verifySignature({ statement, by, signature }, given)))
  return names.filter((_, index) => verdicts[index]?.proven)
}

test('the key that is named signs: on the command line, else in BELAY_SSH_KEY', async () => {
  const { home: directory, keys, environment } = await setUp()
  const withVariable = { ...environment, BELAY_SSH_KEY: keys.file('bob') }
  const named = sshSigner({ key: 'keys/ann', environment: withVariable, directory })
  expect(await whoSigned(keys, await named.sign(statement))).toEqual(['ann'])
  const variable = sshSigner({ environment: withVariable, directory })
  expect(await whoSigned(keys, await variable.sign(statement))).toEqual(['bob'])
})

test('the key that git signs with comes next, as a path or as text, and only where git signs with SSH', async () => {
  const { home: directory, keys, environment } = await setUp()
  const git = (...args: string[]) => run('git', ['config', '--global', ...args], { env: environment })
  const signer = sshSigner({ environment, directory })
  await git('user.signingkey', keys.file('ann'))
  await expect(signer.sign(statement)).rejects.toThrow('expected an SSH key to sign with, got none')
  await git('gpg.format', 'ssh')
  expect(await whoSigned(keys, await signer.sign(statement))).toEqual(['ann'])
  await git('user.signingkey', `key::${await keys.publicKey('bob')}`)
  await expect(signer.sign(statement)).rejects.toThrow("git's user.signingkey: expected a signature")
  const SSH_AUTH_SOCK = await startAgent(directory, [keys.file('bob')])
  const withAgent = sshSigner({ environment: { ...environment, SSH_AUTH_SOCK }, directory })
  expect(await whoSigned(keys, await withAgent.sign(statement))).toEqual(['bob'])
})

test('the only key of the agent signs, though its file is gone; of several nobody guesses', async () => {
  const { home: directory, keys, environment } = await setUp()
  const SSH_AUTH_SOCK = await startAgent(directory, [keys.file('ann')])
  await rename(keys.file('ann'), join(directory, 'away'))
  const withAgent = { ...environment, SSH_AUTH_SOCK }
  const signer = sshSigner({ environment: withAgent, directory })
  expect(await whoSigned(keys, await signer.sign(statement))).toEqual(['ann'])
  const byPublicKey = sshSigner({ key: `${keys.file('ann')}.pub`, environment: withAgent, directory })
  expect(await whoSigned(keys, await byPublicKey.sign(statement))).toEqual(['ann'])
  await run('ssh-add', ['-q', keys.file('bob')], { env: withAgent })
  await expect(signer.sign(statement)).rejects.toThrow('the agent has 2, and nobody said which')
})

test('else the usual key of the person', async () => {
  const { home: directory, keys, environment } = await setUp()
  await mkdir(join(directory, '.ssh'), { mode: 0o700 })
  await rename(keys.file('ann'), join(directory, '.ssh', 'id_ed25519'))
  const signature = await sshSigner({ environment, directory }).sign(statement)
  expect(await whoSigned(keys, signature)).toEqual(['ann'])
})

test('what is missing is said with what to do', async () => {
  const { home: directory, environment } = await setUp()
  await makeKey(join(directory, 'locked'), 'a passphrase')
  const signed = (key: string, more = {}) =>
    sshSigner({ key, environment: { ...environment, ...more }, directory }).sign(statement)
  await expect(signed('nowhere')).rejects.toThrow(
    '--key: expected the file of an SSH key, got "nowhere", which is not there',
  )
  await expect(signed('keys/ann', { PATH: directory })).rejects.toThrow("install OpenSSH's client")
  await expect(signed('locked')).rejects.toThrow('Next: ssh-add the key, then the same command')
  await rename(join(directory, 'keys', 'ann'), join(directory, 'away'))
  await expect(signed('keys/ann.pub')).rejects.toThrow('start ssh-agent and ssh-add the key')
})
