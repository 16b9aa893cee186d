import { describe, expect, it } from 'vitest'
import { type Answering, fakeGitHub, goodToken } from '../support/fake-github.ts'
import { commit, evidence, orderOf } from './asking.ts'

const limited = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '9999999999' }

describe('a GitHub that does not answer', () => {
  it.each<[string, Answering, string, boolean]>([
    ['403', { status: 403, json: { message: 'Resource not accessible' } }, 'may not; next: let it read', true],
    ['404', { status: 404, json: {} }, 'not there, or ${env:FAKE_GITHUB_TOKEN} may not see it', true],
    ['422', { status: 422, json: { message: 'No commit found' } }, 'next: push the commit', true],
    ['301', { status: 301, json: {}, headers: { location: 'http://127.0.0.1:1/' } }, 'it moved', true],
    [
      '429 for long',
      { status: 429, json: {}, headers: { 'retry-after': '3600' } },
      'asked too often; next: deploy again in 3600 s',
      true,
    ],
    ['429 for a moment', { status: 429, json: {}, headers: { 'retry-after': '2' } }, 'asked too often', false],
    ['403 over its limit', { status: 403, json: {}, headers: limited }, 'asked too often', true],
    ['500', { status: 500, text: `Oops ${goodToken}` }, 'got 500 (Oops [redacted])', false],
    ['502 with a page', { status: 502, text: '<html>', contentType: 'text/html' }, 'see whether GitHub is up', false],
    ['a web page', { text: '<!doctype html><title>Sign in', contentType: 'text/html' }, 'got a web page', false],
    ['garbage', { text: 'lorem {' }, 'expected JSON, got 7 characters', false],
    ['another shape', { json: { pulls: [] } }, "expected a reply of GitHub's", false],
    ['too much', { text: `"${'x'.repeat(9 * 1024 * 1024)}"` }, 'a reply of more than', false],
    ['nothing', { hangs: true }, 'no complete reply within 0.3 s', false],
  ])('with %s says so, in words, without the token', async (_, answering, why, hopeless) => {
    const github = await fakeGitHub({ [`/repos/acme/shop/commits/${commit}/pulls`]: answering })
    const error = await failure(github.place, github.environment)
    expect(error).toMatchObject({ nonRetryable: hopeless, message: expect.stringContaining(why) })
    expect(JSON.stringify(error)).not.toContain(goodToken)
    // Nothing is followed anywhere else.
    expect(github.asked).toHaveLength(1)
  })

  it('says so of a token that is wrong, missing or empty', async () => {
    const { place } = await fakeGitHub({})
    const [wrong, missing, empty] = await Promise.all([
      failure(place, { FAKE_GITHUB_TOKEN: 'ghp_another' }),
      failure(place, {}),
      failure(place, { FAKE_GITHUB_TOKEN: ' ' }),
    ])
    expect(wrong).toMatchObject({ nonRetryable: true, message: expect.stringContaining('renew the token') })
    expect(wrong.message).not.toContain('ghp_another')
    expect(missing).toMatchObject({ nonRetryable: true, message: expect.stringContaining('FAKE_GITHUB_TOKEN') })
    expect(empty).toMatchObject({ nonRetryable: true, message: expect.stringContaining('got nothing') })
  })

  it('says so of an address where nobody is, without the token', async () => {
    const { place, environment } = await fakeGitHub({})
    const error = await failure({ ...place, api: 'http://127.0.0.1:1' }, environment)
    expect(error).toMatchObject({ nonRetryable: false, message: expect.stringContaining('connection refused') })
    const odd = await failure(place, { FAKE_GITHUB_TOKEN: 'ghp_line\nbreak' })
    expect(odd.message).not.toContain('ghp_line')
  })
})

type Place = { api: string; repository: string; token: string }

async function failure(place: Place, environment: Record<string, string>): Promise<Error> {
  const { activities } = await evidence(environment, 300)
  const order = orderOf({ kind: 'github_approvals', ...place, required: 1 })
  return await activities.askProvider(order).then(
    (said) => expect.fail(`expected a failure, got ${JSON.stringify(said)}`),
    (error: Error) => error,
  )
}
