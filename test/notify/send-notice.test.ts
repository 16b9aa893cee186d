import { execFileSync } from 'node:child_process'
import { ApplicationFailure } from '@temporalio/common'
import { MockActivityEnvironment } from '@temporalio/testing'
import { DefaultLogger } from '@temporalio/worker'
import { expect, test } from 'vitest'
import { createNoticeActivities } from '../../activities/notify/activities.ts'
import { fewTries, retryAfterMs } from '../../activities/notify/failures.ts'
import { freePort } from '../../src/dev/free-port.ts'
import type { Webhook } from '../../src/domain/notice/notice.ts'
import { endedNotice, webhookTo } from './notices.ts'
import { type Behaviour, openReceiver } from './receiver.ts'

const name = 'webhook 1 (json)'
const at = new Date('2026-11-26T03:00:07.900Z')

test('a notice arrives as data with its key, a signature over time and body, and a link to the run', async () => {
  const receiver = await openReceiver()
  const webhook = webhookTo(receiver.url, { secret: '${env:NOTICE_SECRET}' })
  expect(
    await send(webhook, { environment: { NOTICE_SECRET: 'whsec-4711', BELAY_TEMPORAL_UI: 'http://ui:8233/' } }),
  ).toEqual({ answered: 'status 200' })

  const [delivery] = receiver.deliveries
  expect(delivery?.headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'idempotency-key': 'notice:1.2.0-abc:ended.ROLLED_BACK',
    'x-belay-delivery': 'notice:1.2.0-abc:ended.ROLLED_BACK/1',
  })
  expect(JSON.parse(delivery?.text ?? '')).toMatchObject({
    schema: 1,
    key: 'notice:1.2.0-abc:ended.ROLLED_BACK',
    outcome: 'ROLLED_BACK',
    performer: { name: 'ann@example.com', claimed: true },
    next: 'belay history 1.2.0-abc',
    temporal: 'http://ui:8233/namespaces/test/workflows/deploy%3Avpn-shop%3Aproduction/run-1/history',
  })
  const [, t, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(delivery?.headers['x-belay-signature'])) ?? []
  expect(t).toBe('1795662007')
  expect(v1).toBe(hmacByOpenssl('whsec-4711', `${t}.${delivery?.text}`))
  expect(v1).not.toBe(hmacByOpenssl('whsec-4711', `${t}.${delivery?.text} `))
})

test('sent twice it carries the same key and the same body: a receiver can drop the second', async () => {
  const receiver = await openReceiver()
  await send(webhookTo(receiver.url))
  await send(webhookTo(receiver.url), { attempt: 2 })
  const [first, second] = receiver.deliveries
  expect(second?.headers['idempotency-key']).toBe(first?.headers['idempotency-key'])
  expect(second?.text).toBe(first?.text)
  expect(second?.headers['x-belay-delivery']).not.toBe(first?.headers['x-belay-delivery'])
  expect(first?.headers['x-belay-signature']).toBeUndefined()
})

test('Slack gets text and blocks, without a signature', async () => {
  const receiver = await openReceiver()
  await send(webhookTo(receiver.url, { format: 'slack' }))
  const body = JSON.parse(receiver.deliveries[0]?.text ?? '')
  expect(body).toMatchObject({
    text: 'vpn-shop production: ROLLED_BACK: 1.2.0 on production was rolled back to 1.1.0',
    blocks: [{ type: 'header' }, { type: 'section' }, { type: 'context' }],
  })
})

const status =
  (code: number, body = '', headers: Record<string, string> = {}): Behaviour =>
  (response) =>
    void response.writeHead(code, headers).end(body)

test.each([
  ['500', status(500, 'oops'), /expected a 2xx answer, got 500 "oops"$/, 10_000],
  ['429', status(429), /got 429$/, 10_000],
  ['408', status(408), /got 408$/, 10_000],
  ['a socket that closes', ((_, request) => void request.socket.destroy()) as Behaviour, /connection closed/, 10_000],
  ['silence', (() => undefined) as Behaviour, /got none within 300 ms$/, 300],
  [
    'an answer that never ends',
    ((response) => void response.writeHead(500).write('half')) as Behaviour,
    /got (500 "half"|none within 300 ms)$/,
    300,
  ],
])('%s is tried again, however often it came', async (_, as, message, timeoutMs) => {
  const receiver = await openReceiver('/hook', as)
  const failure = await failed(webhookTo(receiver.url), { attempt: 50, timeoutMs })
  expect(failure).toMatchObject({ type: 'NotDelivered', nonRetryable: false })
  expect(failure.message).toMatch(message)
})

test('a receiver that takes it and never ends its answer has taken it', async () => {
  const receiver = await openReceiver('/hook', (response) => void response.writeHead(200).write('half'))
  expect(await send(webhookTo(receiver.url), { timeoutMs: 1_000 })).toEqual({ answered: 'status 200' })
})

test.each([
  [301, /redirects are not followed: give the address it leads to/],
  [400, /does not take this format/],
  [401, /refuses the sender/],
  [403, /refuses the sender/],
  [404, /no such webhook/],
  [410, /no such webhook/],
  [422, /got 422/],
])('%d is believed after a few tries, and says what to correct', async (code, message) => {
  const elsewhere = await openReceiver()
  const receiver = await openReceiver('/hook', status(code, '', { location: elsewhere.url }))
  const early = await failed(webhookTo(receiver.url), { attempt: fewTries - 1 })
  expect(early.nonRetryable).toBe(false)
  const last = await failed(webhookTo(receiver.url), { attempt: fewTries })
  expect(last).toMatchObject({ nonRetryable: true, message: expect.stringMatching(message) })
  expect(elsewhere.deliveries).toEqual([])
})

test('Retry-After is obeyed: seconds or a date, at least a second, at most a quarter of an hour', async () => {
  const receiver = await openReceiver('/hook', status(429, '', { 'retry-after': '120' }))
  expect((await failed(webhookTo(receiver.url))).nextRetryDelay).toBe(120_000)
  receiver.behave(status(503, '', { 'retry-after': 'Thu, 26 Nov 2026 03:01:07 GMT' }))
  expect((await failed(webhookTo(receiver.url))).nextRetryDelay).toBe(59_100)
  receiver.behave(status(404, '', { 'retry-after': '120' }))
  expect((await failed(webhookTo(receiver.url))).nextRetryDelay).toBeUndefined()
  expect(
    [null, 'soon', '-5', '0', '86400', 'Thu, 26 Nov 2020 03:01:07 GMT'].map((text) => retryAfterMs(text, at)),
  ).toEqual([null, null, 1_000, 1_000, 900_000, 1_000])
})

test('a variable that is missing, a port where nobody listens: said, and tried again', async () => {
  const missing = await failed(webhookTo('${env:SLACK_WEBHOOK_URL}'))
  expect(missing).toMatchObject({ nonRetryable: false })
  expect(missing.message).toBe(
    'webhook 1 (json): expected a 2xx answer, got none: environment variable SLACK_WEBHOOK_URL: expected a value where it is used, got none; next: set it for the worker',
  )
  const refused = await failed(webhookTo(`http://127.0.0.1:${await freePort()}/hook`))
  expect(refused).toMatchObject({ nonRetryable: false, message: expect.stringContaining('connection refused') })
  const nonsense = await failed(webhookTo('${env:URL}'), { environment: { URL: 'file:///etc/passwd' } })
  expect(nonsense.message).toContain('expected an http or https address, got file:')
})

test('no failure repeats the address, a piece of it, or the secret, whatever the receiver says', async () => {
  const receiver = await openReceiver(
    '/services/T0CANARY/B0CANARY/canary-xyz?token=canary-tok',
    (response, request) =>
      void response
        .writeHead(404)
        .end(
          `no ${request.url} at ${request.headers.host}; canary-xyz canary-tok ${'B0CANARY'} canary-key \u001b[31mred\u202e`,
        ),
  )
  const environment = { HOOK: receiver.url, KEY: 'canary-key' }
  const webhook = webhookTo('${env:HOOK}', { secret: '${env:KEY}' })
  const failures = [await failed(webhook, { environment }), await failed(webhook, { environment, attempt: fewTries })]
  await receiver.stop()
  failures.push(await failed(webhook, { environment }))
  for (const failure of failures) {
    const told = `${failure.message} ${failure.stack} ${JSON.stringify(failure.details)} ${String(failure.cause)}`
    expect(told).not.toMatch(/canary|127\.0\.0\.1|\u001b|\u202e/i)
  }
  expect(failures[0]?.message).toContain('[redacted]')
})

/** Every failure here is wanted. */
const quiet = new DefaultLogger('ERROR')

type Given = { attempt?: number; environment?: Record<string, string>; timeoutMs?: number }

/** Receiver and sender are one process: only who is to be silent is waited for shortly. */
async function send(webhook: Webhook, { attempt = 1, environment = {}, timeoutMs = 10_000 }: Given = {}) {
  const { sendNotice } = createNoticeActivities({ clock: () => at, environment, timeoutMs })
  return await new MockActivityEnvironment({ attempt }, { logger: quiet }).run(sendNotice, {
    notice: endedNotice(),
    webhook,
    name,
  })
}

async function failed(webhook: Webhook, given: Given = {}): Promise<ApplicationFailure> {
  const error: unknown = await send(webhook, given).catch((thrown: unknown) => thrown)
  if (error instanceof ApplicationFailure) return error
  throw new Error(`expected an ApplicationFailure, got ${String(error)}`)
}

/** Another implementation than ours. */
function hmacByOpenssl(secret: string, text: string): string {
  const out = execFileSync('openssl', ['dgst', '-sha256', '-hmac', secret, '-hex'], { input: text, encoding: 'utf8' })
  return out.trim().split(' ').at(-1) ?? ''
}
