import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type Authority, newAuthority } from '../support/certificates.ts'
import { grpcBefore } from '../support/grpc-front.ts'
import { shared } from '../support/shared.ts'
import { silence, tlsBefore } from '../support/tls-front.ts'
import { type Desk, openDesk } from './desk.ts'
import { terminalIn } from './terminal.ts'

const ours = newAuthority('ours')
const theirs = newAuthority('theirs')

let desk: Desk
let temporal: string

beforeAll(async () => {
  desk = await openDesk()
  temporal = await shared('temporal')
})
afterAll(() => desk?.close())

describe('behind TLS that wants a client certificate', () => {
  test('a worker serves and the command line asks, by variables', async () => {
    const environment = { ...(await clientFiles(ours)), TEMPORAL_ADDRESS: await wantingCertificates() }
    await expectServed(environment, '')
  })

  test("a worker serves and the command line asks, by a profile of Temporal's own configuration file", async () => {
    const files = await clientFiles(ours)
    const file = join(desk.directory, 'temporal.toml')
    await writeFile(
      file,
      [
        '[profile.team]',
        `address = "${await wantingCertificates()}"`,
        `namespace = "${desk.environment.TEMPORAL_NAMESPACE}"`,
        '[profile.team.tls]',
        `server_ca_cert_path = "${files.TEMPORAL_TLS_SERVER_CA_CERT_PATH}"`,
        `client_cert_path = "${files.TEMPORAL_TLS_CLIENT_CERT_PATH}"`,
        `client_key_path = "${files.TEMPORAL_TLS_CLIENT_KEY_PATH}"`,
      ].join('\n'),
    )
    const environment = { TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'team' }
    await expectServed({ ...environment, TEMPORAL_ADDRESS: '', TEMPORAL_NAMESPACE: '' }, '')
    const other = await asked({ ...environment, TEMPORAL_ADDRESS: '', TEMPORAL_PROFILE: 'nobody' })
    expect(other).toMatchObject({ code: 2, err: expect.stringMatching(/cannot be read: .*nobody.*TEMPORAL_PROFILE/) })
  })

  test('every mistake ends with 69, what was tried, and what to check', async () => {
    const address = await wantingCertificates()
    const files = await clientFiles(ours)
    const trusting = { TEMPORAL_TLS_SERVER_CA_CERT_PATH: files.TEMPORAL_TLS_SERVER_CA_CERT_PATH }
    const named = { ...files, TEMPORAL_TLS_SERVER_NAME: 'temporal.internal' }
    const mistakes: [NodeJS.ProcessEnv, RegExp][] = [
      [await clientFiles(ours, theirs), /\(TLS, client.*not trusted.*TEMPORAL_TLS_SERVER_CA_CERT_PATH/],
      [trusting, /\(TLS\).*wants a client certificate.*TEMPORAL_TLS_CLIENT_CERT_PATH/],
      [await clientFiles(theirs, ours), /\(TLS, client.*check the client certificate.*TEMPORAL_TLS_CLIENT_CERT_PATH/],
      [{}, /:\d+: it closed the connection.*TEMPORAL_TLS=true/],
      [named, /certificate is for another name.*TEMPORAL_TLS_SERVER_NAME/],
    ]
    const answers = mistakes.map(async ([mistake, said], index) => {
      const environment = { ...mistake, TEMPORAL_ADDRESS: address }
      // The worker's connection is another library's; the words are made in one place, so two of them are enough.
      const served = index < 2 ? [worker(environment).ended] : []
      for (const { code, err } of await Promise.all([asked(environment), ...served])) {
        expect({ code, err }).toEqual({ code: 69, err: expect.stringMatching(said) })
        expect(err).toContain(`Temporal does not answer at ${address}`)
      }
    })
    await Promise.all(answers)
  })
})

test('TLS to a server without it, and somebody who never says a word: 69, and what to check', async () => {
  const files = await clientFiles(ours)
  const tried = [{ ...files, TEMPORAL_ADDRESS: temporal }, { TEMPORAL_ADDRESS: await silence() }]
  const [plain, silent] = await Promise.all(tried.map(asked))
  expect(plain).toMatchObject({
    code: 69,
    err: expect.stringMatching(/\(TLS, client certificate\).*does not speak TLS/),
  })
  expect(silent).toMatchObject({ code: 69, err: expect.stringContaining('no answer; is it Temporal that listens at') })
})

test('settings that cannot work are told before anything is tried, with the variable: 2', async () => {
  const { TEMPORAL_TLS_CLIENT_KEY_PATH, ...half } = await clientFiles(ours)
  expect(await asked(half)).toMatchObject({ code: 2, err: expect.stringContaining('TEMPORAL_TLS_CLIENT_KEY_PATH') })
  const nowhere = { ...half, TEMPORAL_TLS_CLIENT_KEY_PATH: '/nowhere/at-all.key' }
  expect(await asked(nowhere)).toMatchObject({ code: 2, err: expect.stringContaining('/nowhere/at-all.key') })
  const careless = { TEMPORAL_TLS: 'true', TEMPORAL_TLS_DISABLE_HOST_VERIFICATION: 'true' }
  expect(await asked(careless)).toMatchObject({ code: 2, err: expect.stringContaining('not supported') })
})

test('an empty variable is none: compose files cannot leave one out', async () => {
  const empty = { TEMPORAL_API_KEY: '', TEMPORAL_TLS: '', TEMPORAL_TLS_CLIENT_CERT_PATH: '', TEMPORAL_PROFILE: '' }
  expect(await asked(empty)).toMatchObject({ code: 0 })
})

describe('with an API key', () => {
  const key = 'canary-key-of-nobody'

  test('every call carries it, and a worker serves where the operator service is closed, as in Temporal Cloud', async () => {
    const front = await grpcBefore(temporal, ours.issue('cloud'), closedToOperators)
    await expectServed({ ...(await cloud(ours)), TEMPORAL_ADDRESS: front.address, TEMPORAL_API_KEY: key }, key)
    expect(front.authorizations.length).toBeGreaterThan(3)
    expect([...new Set(front.authorizations)]).toEqual([`Bearer ${key}`])
  })

  test('that is refused: 69, what to check, and never the key', async () => {
    const front = await grpcBefore(temporal, ours.issue('cloud'), () => 16)
    const environment = { ...(await cloud(ours)), TEMPORAL_ADDRESS: front.address, TEMPORAL_API_KEY: key }
    const all = [asked(environment), worker(environment).ended, doctor(environment)]
    for (const answer of await Promise.all(all)) {
      expect(answer.code).toBe(69)
      expect(answer.out + answer.err).toMatch(/\(TLS, API key\).*does not let us in.*TEMPORAL_API_KEY/)
      expect(answer.out + answer.err).not.toContain(key)
    }
  })

  test('that may not read this namespace: 69, and what to check', async () => {
    const front = await grpcBefore(temporal, ours.issue('cloud'), (path) => (/System/.test(path) ? null : 7))
    const environment = { ...(await cloud(ours)), TEMPORAL_ADDRESS: front.address, TEMPORAL_API_KEY: key }
    const answer = await asked(environment)
    expect(answer).toMatchObject({ code: 69, err: expect.stringMatching(/does not let us in.*TEMPORAL_API_KEY/) })
    expect(answer.err).not.toContain(key)
  })
})

const closedToOperators = (path: string) => (path.includes('OperatorService') ? 7 : null)

function wantingCertificates(): Promise<string> {
  return tlsBefore(temporal, { ...ours.issue('temporal'), clientsOf: ours })
}

/** A worker says that it is ready, and the command line gets an answer; neither prints the secret. */
async function expectServed(environment: NodeJS.ProcessEnv, secret: string): Promise<void> {
  const serving = worker(environment)
  onTestFinished(() => serving.interrupt())
  await serving.said('belay worker ready')
  const answer = await asked(environment)
  expect(answer).toMatchObject({ code: 0, out: 'no run is open\n' })
  serving.interrupt()
  const { code, out, err } = await serving.ended
  expect(code).toBe(0)
  if (secret !== '') expect(answer.out + answer.err + out + err).not.toContain(secret)
}

const at = (environment: NodeJS.ProcessEnv) => terminalIn(desk.directory, { ...desk.environment, ...environment })
const asked = (environment: NodeJS.ProcessEnv) => at(environment).belay('status')
const doctor = (environment: NodeJS.ProcessEnv) => at(environment).belay('doctor')
const worker = (environment: NodeJS.ProcessEnv) => at(environment).start('worker')

const cloud = async (server: Authority) => ({
  TEMPORAL_TLS_SERVER_CA_CERT_PATH: (await clientFiles(server)).TEMPORAL_TLS_SERVER_CA_CERT_PATH,
})

/** Of an authority's client, who trusts `server`. */
async function clientFiles(client: Authority, server = client) {
  const { cert, key } = client.issue('client')
  const write = async (name: string, text: string) => {
    const file = join(desk.directory, `${name}-${randomUUID()}.pem`)
    await writeFile(file, text, { mode: 0o600 })
    return file
  }
  return {
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: await write('authority', server.cert),
    TEMPORAL_TLS_CLIENT_CERT_PATH: await write('certificate', cert),
    TEMPORAL_TLS_CLIENT_KEY_PATH: await write('key', key),
  }
}
