import { createServer, type Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import type { JsonValue, Probe } from '../../src/domain/check.ts'
import { afterThisTest, closedPort, portOf, reply, sampleOnce, serve } from './fixtures.ts'

const healthy = { status: 'ok', db_ready: true, version: '1.2.3', pools: [{ used: 1 }, { used: 2 }] }

describe('a health endpoint', () => {
  test('that gives the status and contains the JSON passes', async () => {
    const url = await serve(reply(200, healthy))
    const sample = await sampleOnce(http(url, { json: { status: 'ok', db_ready: true } }))
    expect(sample).toMatchObject({ check: 'it', host: null, verdict: 'passed' })
    expect(sample.reason.expected).toBe('status 200 with {"status":"ok","db_ready":true}')
    expect(sample.reason.evidence).toEqual([])
    expect(Number.isNaN(Date.parse(sample.at))).toBe(false)
  })

  test.each<[string, JsonValue, string]>([
    ['a value that differs', { db_ready: false }, '$.db_ready: true'],
    ['a key that is absent', { ready: true }, '$.ready: absent'],
    ['another type', { status: { code: 'ok' } }, '$.status: "ok"'],
    ['a list that is longer', { pools: [{ used: 1 }] }, '$.pools: [{"used":1},{"used":2}]'],
    ['a list item with a key too many', { pools: [{}, { used: 2 }] }, '$.pools[0].used: 1'],
    ['an inherited name', { constructor: {} }, '$.constructor: absent'],
  ])('with %s fails and says where', async (_, json, got) => {
    const sample = await sampleOnce(http(await serve(reply(200, healthy)), { json }))
    expect(sample).toMatchObject({ verdict: 'failed', reason: { got } })
  })

  test('with another status fails, the body being the evidence', async () => {
    const sample = await sampleOnce(http(await serve(reply(503, 'line 1\nline 2\n3\n4\n5\n6'))))
    expect(sample).toMatchObject({ verdict: 'failed', reason: { got: 'status 503' } })
    expect(sample.reason.evidence).toEqual(['line 1', 'line 2', '3', '4', '5'])
  })

  test('that redirects is not followed', async () => {
    let followed = false
    const target = await serve((_, response) => {
      followed = true
      response.end('{}')
    })
    const sample = await sampleOnce(http(await serve(reply(302, '', { location: target }))))
    expect(sample).toMatchObject({ verdict: 'failed', reason: { got: 'status 302' } })
    expect(followed).toBe(false)
  })

  test('that answers something else than JSON fails', async () => {
    const sample = await sampleOnce(http(await serve(reply(200, '<html>')), { json: { status: 'ok' } }))
    expect(sample).toMatchObject({ verdict: 'failed', reason: { got: 'a reply that is not JSON' } })
  })

  test('that is slower than it may be fails, and says how slow', async () => {
    const url = await serve((_, response) => setTimeout(() => response.end('{}'), 60))
    expect(await sampleOnce(http(url, { maxLatencyMs: 10 }))).toMatchObject({ verdict: 'failed' })
    expect(await sampleOnce(http(url, { maxLatencyMs: 20_000 }))).toMatchObject({ verdict: 'passed' })
  })

  test('nobody listening is a failure of the service', async () => {
    const sample = await sampleOnce(http(`http://127.0.0.1:${await closedPort()}/health`))
    expect(sample).toMatchObject({ verdict: 'failed', reason: { got: 'connection refused' } })
  })
})

describe('a reply without an end', () => {
  test('is read no further than 64 KB', async () => {
    let open = true
    const url = await serve((_, response) => {
      const pump = () => {
        while (open && response.write('x'.repeat(16_384)));
      }
      response.on('drain', pump).on('close', () => {
        open = false
      })
      pump()
    })
    const sample = await sampleOnce(http(url))
    expect(sample.verdict).toBe('failed')
    expect(sample.reason.got).toContain('more than 64 KB')
    expect(JSON.stringify(sample).length).toBeLessThan(4_000)
  })

  test('that drips in is cut off at the timeout', async () => {
    const url = await serve((_, response) => {
      const timer = setInterval(() => response.write(' '), 20)
      response.on('close', () => clearInterval(timer))
    })
    const sample = await sampleOnce(http(url), { timeoutMs: 200 })
    expect(sample).toMatchObject({ verdict: 'failed', reason: { got: 'no answer within 200 ms' } })
  })

  test('whose headers drip in is cut off too', async () => {
    const url = await rawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n')
      const timer = setInterval(() => socket.write('x-slow: 1\r\n'), 20)
      socket.on('close', () => clearInterval(timer))
    })
    expect(await sampleOnce(http(url), { timeoutMs: 200 })).toMatchObject({ verdict: 'failed' })
  })

  test('that breaks off in the middle fails', async () => {
    const url = await rawServer((socket) => {
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"status"')
    })
    const sample = await sampleOnce(http(url))
    expect(sample).toMatchObject({ verdict: 'failed' })
    expect(sample.reason.got).toContain('closed')
  })
})

describe('secrets and foreign text', () => {
  test('a reference is filled in where it is used, and scrubbed from what comes back', async () => {
    const seen: (string | undefined)[] = []
    const url = await serve((request, response) => {
      seen.push(request.url)
      response.writeHead(500).end(`no: ${request.url}`)
    })
    const sample = await sampleOnce(http(`${url}/?key=\${env:HEALTH_KEY}`), {
      environment: { HEALTH_KEY: 'canary-5d1f' },
    })
    expect(seen).toEqual(['/?key=canary-5d1f'])
    expect(JSON.stringify(sample)).not.toContain('canary-5d1f')
    expect(sample.reason.evidence.join()).toContain('[redacted]')
  })

  test('a reference without a value is an error that names the variable only', async () => {
    const sample = await sampleOnce(http('http://127.0.0.1:1/?key=${env:HEALTH_KEY}'))
    expect(sample).toMatchObject({ verdict: 'error' })
    expect(sample.reason.got).toContain('HEALTH_KEY')
  })

  test('a token in the address becomes a header', async () => {
    const seen: (string | undefined)[] = []
    const url = await serve((request, response) => {
      seen.push(request.headers.authorization)
      response.end('{}')
    })
    const withUser = url.replace('http://', 'http://belay:${env:HEALTH_KEY}@')
    const sample = await sampleOnce(http(withUser), { environment: { HEALTH_KEY: 'pass word' } })
    expect(sample.verdict).toBe('passed')
    expect(seen).toEqual([`Basic ${Buffer.from('belay:pass word').toString('base64')}`])
  })

  test('control characters and text-direction marks arrive as plain characters', async () => {
    const sample = await sampleOnce(http(await serve(reply(500, 'a\u001b[31mred\u0007\u202eb\0'))))
    expect(sample.reason.evidence.join('')).toMatch(/^ared\uFFFD+b\uFFFD$/)
  })

  test('an address that is not http is an error, never a request', async () => {
    expect(await sampleOnce(http('file:///etc/passwd'))).toMatchObject({ verdict: 'error' })
  })
})

function http(url: string, more: Partial<Extract<Probe, { kind: 'http' }>> = {}): Probe {
  return { kind: 'http', url, status: 200, json: null, maxLatencyMs: null, ...more }
}

async function rawServer(answer: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    answer(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  afterThisTest(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return `http://127.0.0.1:${portOf(server.address())}`
}
