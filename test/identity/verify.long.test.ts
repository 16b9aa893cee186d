import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createIdentityActivities } from '../../activities/identity/activities.ts'
import { type TrustedKeys, verifySignature } from '../../activities/identity/verify.ts'
import { ask } from '../../src/client/sign/programs.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { type Keys, makeKeys } from './keys.ts'

const ann = 'ann@example.com'
const statement = '{"belay":1,"what":"this"}'

async function setUp() {
  const directory = await temporaryDirectory()
  const keys = await makeKeys(join(directory, 'keys'), ['ann', 'bob', 'stranger'])
  await keys.allow(`${ann} ann`, 'bob@example.com bob')
  const signature = await keys.signing('ann').signer.sign(statement)
  return { directory, keys, signature }
}

function verify(keys: TrustedKeys, said: { statement?: string; by?: string; signature: string; now?: Date }) {
  const { now = new Date(), ...signed } = said
  return verifySignature({ statement, by: ann, ...signed }, { keys, path: process.env.PATH, now })
}

test('a signature by the person over this statement is a proof', async () => {
  const { keys, signature } = await setUp()
  expect(await verify(keys, { signature })).toEqual({
    proven: true,
    key: expect.stringMatching(/^SHA256:[A-Za-z0-9+/]{43}$/),
  })
})

test('a name that would stand otherwise on the record than in the keys proves nothing', async () => {
  const { keys } = await setUp()
  const [disguised, long] = [`${ann}\u200e`, `${ann}${'x'.repeat(200)}`]
  await keys.allow(`${disguised} bob`, `${long} bob`)
  const signature = await by(keys, 'bob')
  for (const name of [disguised, long]) {
    const why = expect.stringContaining('expected a name of one line and at most 200 characters')
    expect(await verify(keys, { signature, by: name })).toEqual({ proven: false, why })
  }
})

test.each<[string, string, (keys: Keys) => Promise<Parameters<typeof verify>[1]>]>([
  [
    'another statement',
    'not over this',
    async (keys) => ({ signature: await by(keys, 'ann'), statement: '{"belay":1}' }),
  ],
  [
    'a name that is not the key’s',
    'the key is that of bob@example.com, not of ann',
    async (keys) => ({ signature: await by(keys, 'bob') }),
  ],
  [
    'a key that nobody knows',
    'none of those that allowed_signers has for ann',
    async (keys) => ({ signature: await by(keys, 'stranger') }),
  ],
  [
    'a person that nobody knows',
    'has no key of eve@example.com',
    async (keys) => ({ signature: await by(keys, 'stranger'), by: 'eve@example.com' }),
  ],
  ['garbage', 'expected a signature', async () => ({ signature: 'garbage' })],
  [
    'a signature cut short',
    'expected a signature',
    async (keys) => ({ signature: (await by(keys, 'ann')).slice(0, 120) }),
  ],
  [
    'a pattern in place of a name',
    'the key is that of ann@example.com, not of *@example.com',
    async (keys) => ({ signature: await by(keys, 'ann'), by: '*@example.com' }),
  ],
])('%s proves nothing: %s', async (_, why, said) => {
  const { keys } = await setUp()
  expect(await verify(keys, await said(keys))).toEqual({ proven: false, why: expect.stringContaining(why) })
})

function by(keys: Keys, name: string): Promise<string> {
  return keys.signing(name).signer.sign(statement)
}

test('a signature for git is none for Belay', async () => {
  const { keys, directory } = await setUp()
  const file = join(directory, 'file')
  await writeFile(file, statement)
  await ask('ssh-keygen', ['-Y', 'sign', '-n', 'git', '-f', keys.file('ann'), file], { environment: process.env })
  const { readFile } = await import('node:fs/promises')
  const signature = await readFile(`${file}.sig`, 'utf8')
  expect(await verify(keys, { signature })).toMatchObject({ why: expect.stringContaining('the namespace "git"') })
})

test('a key counts from valid-after to valid-before, by the worker’s clock', async () => {
  const { keys, signature } = await setUp()
  await keys.allow(`${ann} valid-after="20260101Z",valid-before="20270101Z" ann`)
  const at = (now: string) => verify(keys, { signature, now: new Date(now) })
  expect(await at('2026-06-01T00:00:00Z')).toMatchObject({ proven: true })
  expect(await at('2025-12-31T00:00:00Z')).toMatchObject({ why: expect.stringContaining('is not valid yet') })
  expect(await at('2027-01-02T00:00:00Z')).toMatchObject({ why: expect.stringContaining('has expired') })
})

test('a key that is kept for something else proves nothing, and one for several things does', async () => {
  const { keys, signature } = await setUp()
  await keys.allow(`${ann} namespaces="git,file" ann`)
  expect(await verify(keys, { signature })).toEqual({
    proven: false,
    why: `the key of ${ann} is kept for git,file and not for belay (namespaces, line 1 of allowed_signers)`,
  })
  await keys.allow(`${ann} namespaces="git,belay" ann`)
  expect(await verify(keys, { signature })).toMatchObject({ proven: true })
  await keys.allow(`${ann} namespaces="git" ann`, `${ann} ann`)
  expect(await verify(keys, { signature })).toMatchObject({ proven: true })
})

test('a revoked key proves nothing, and neither does any where the revocations cannot be read', async () => {
  const { keys, signature } = await setUp()
  await keys.revoke('bob')
  expect(await verify(keys, { signature })).toEqual({
    proven: true,
    key: expect.stringMatching(/^SHA256:[A-Za-z0-9+/]{43}$/),
  })
  await keys.revoke('ann')
  expect(await verify(keys, { signature })).toMatchObject({ why: expect.stringContaining('is revoked') })
  const away = { ...keys, revokedKeys: join(keys.allowedSigners, 'away') }
  expect(await verify(away, { signature })).toMatchObject({ why: expect.stringContaining('cannot be read') })
})

test('a pattern in allowed_signers lets its key be nobody', async () => {
  const { keys, signature } = await setUp()
  await keys.allow('*@example.com ann')
  expect(await verify(keys, { signature })).toMatchObject({
    why: expect.stringContaining('under a pattern (*@example.com)'),
  })
  await keys.allow('bob@example.com,*@example.com ann')
  expect(await verify(keys, { signature, by: 'bob@example.com' })).toMatchObject({ proven: false })
})

test('a certificate names its person: its authority may stand under a pattern', async () => {
  const { keys, directory } = await setUp()
  const environment = process.env
  const sign = ['-q', '-s', keys.file('bob'), '-I', 'id', '-n', ann, '-V', '+1h', `${keys.file('ann')}.pub`]
  expect(await ask('ssh-keygen', sign, { environment })).toMatchObject({ exitCode: 0 })
  const file = join(directory, 'file')
  await writeFile(file, statement)
  const { readFile } = await import('node:fs/promises')
  await ask('ssh-keygen', ['-Y', 'sign', '-n', 'belay', '-f', `${keys.file('ann')}-cert.pub`, file], { environment })
  const signature = await readFile(`${file}.sig`, 'utf8').catch(() => null)
  await keys.allow('*@example.com cert-authority bob')
  if (signature === null) throw new Error('ssh-keygen did not sign with the certificate')
  expect(await verify(keys, { signature })).toEqual({
    proven: true,
    key: expect.stringMatching(/^SHA256:[A-Za-z0-9+/]{43}$/),
  })
  expect(await verify(keys, { signature, by: 'eve@example.com' })).toMatchObject({ proven: false })
})

test('a worker without keys believes nobody, and says what to set', async () => {
  const { keys, signature } = await setUp()
  const none = { ...keys, allowedSigners: null }
  expect(await verify(none, { signature })).toMatchObject({
    why: expect.stringContaining('set BELAY_ALLOWED_SIGNERS'),
  })
})

test('without ssh-keygen the answer is no, and says what is missing', async () => {
  const { keys, signature } = await setUp()
  const activities = createIdentityActivities({
    keys,
    sshEnvironments: [],
    clock: () => new Date(),
    path: '/nowhere',
    history: { useProof: notAsked, readProvenEnvironments: notAsked },
  })
  const answer = await activities.verifyProof({ statement, by: ann, signature })
  expect(answer).toMatchObject({ proven: false, why: expect.stringContaining("install OpenSSH's client") })
})

function notAsked(): Promise<never> {
  return Promise.reject(new Error('not asked'))
}
