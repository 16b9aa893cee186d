import { describe, expect, test } from 'vitest'
import { createOnCallActivities } from '../../activities/on-call/activities.ts'
import { closedPort, reply, serve } from '../checks/fixtures.ts'

const token = 'T0K3N-that-nobody-sees'

async function asked(url: string, json = '$.name', environment: Record<string, string> = {}): Promise<unknown> {
  const { findOnCall } = createOnCallActivities({ clock: () => new Date(), environment })
  const answer = await findOnCall({ source: { from: 'http', url, json } })
  return answer.found ? answer.name : answer.why.replace(url, 'URL')
}

describe('an address names who is on call', () => {
  test('at the path, wherever it is', async () => {
    const url = await serve(reply(200, { oncalls: [{ user: { summary: ' Ann\n Lee ' } }] }))
    expect(await asked(url, '$.oncalls[0].user.summary')).toBe('Ann Lee')
  })

  test('after one answer of a server in trouble', async () => {
    let asks = 0
    const url = await serve((_, response) => {
      asks += 1
      response.writeHead(asks === 1 ? 503 : 200).end('{"name":"ann"}')
    })
    expect(await asked(url)).toBe('ann')
  })

  test('with a token from the environment, which is in no answer', async () => {
    const seen: (string | undefined)[] = []
    const url = await serve((request, response) => {
      seen.push(request.url)
      response.writeHead(403).end(`no: ${request.url}`)
    })
    const why = await asked(`${url}/\${env:PAGER_TOKEN}`, '$.name', { PAGER_TOKEN: token })
    expect(seen).toEqual([`/${token}`])
    expect(why).toBe('URL: expected status 200, got 403 (the token in the address or its user may not ask)')
    expect(await asked('${env:PAGER_URL}', '$.name', { PAGER_URL: `ftp://${token}` })).not.toContain(token)
    const away = `http://${token}.invalid/`
    expect(await asked('${env:PAGER_URL}', '$.name', { PAGER_URL: away })).not.toContain(token)
  })
})

describe('what does not name anybody is told apart', () => {
  test.each([
    ['{"name":""}', 'URL: expected a name at $.name, got an empty text: nobody is on call'],
    ['{"name":null}', 'URL: expected a name at $.name, got null: nobody is on call'],
    ['{"name":["ann"]}', 'URL: expected a name at $.name, got a list'],
    ['{"name":7}', 'URL: expected a name at $.name, got a number'],
    ['{}', 'URL: expected a name at $.name, got nothing there'],
    ['<html>', 'URL: expected JSON, got something else'],
    [JSON.stringify({ name: 'a'.repeat(201) }), 'URL: expected a name at $.name, got 201 characters'],
    [' '.repeat(70_000), 'URL: expected a short answer, got more than 64 KB'],
  ])('%.30s', async (body, expected) => {
    expect(await asked(await serve(reply(200, body)))).toBe(expected)
  })

  test.each([
    [404, 'URL: expected status 200, got 404'],
    [302, 'URL: expected status 200, got 302'],
    [503, 'URL: expected status 200, got 503'],
  ])('status %d', async (status, expected) => {
    expect(await asked(await serve(reply(status, { name: 'ann' })))).toBe(expected)
  })

  test('nobody listens, a reference without a value', async () => {
    expect(await asked(`http://127.0.0.1:${await closedPort()}`)).toBe('URL: connection refused')
    expect(await asked('${env:PAGER_URL}')).toBe(
      'URL: environment variable PAGER_URL: expected a value where it is used, got none',
    )
  })

  test('silence', async () => {
    expect(await asked(await serve(() => undefined))).toBe('URL: no answer within 3 s')
  })
})
