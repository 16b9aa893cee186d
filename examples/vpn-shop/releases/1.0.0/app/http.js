import { createServer } from 'node:http'
import { log } from './log.js'

const largestBodyBytes = 10_000

/** An answer that is the caller's own doing (4xx), or that of a service behind us (502). */
export class Refusal extends Error {
  constructor(status, message) {
    super(message)
    this.status = status
  }
}

/** `routes`: `POST /pay` -> function of the request's JSON that answers `{ status?, body }`; text is sent as it stands. */
export function createHttpServer({ routes, counter }) {
  return createServer(async (request, response) => {
    const ended = counter.begin()
    const route = `${request.method} ${new URL(request.url, 'http://localhost').pathname}`
    const { status = 200, body } = await answer(routes[route], request)
    ended(status)
    if (status >= 500) log(status === 500 ? 'ERROR' : 'WARN', `${route} ${status} ${body.error ?? body.status}`)
    const isText = typeof body === 'string'
    response.writeHead(status, { 'content-type': isText ? 'text/plain; version=0.0.4' : 'application/json' })
    response.end(isText ? body : JSON.stringify(body))
  })
}

async function answer(handle, request) {
  try {
    if (!handle) throw new Refusal(404, 'no such page')
    return await handle(await readJson(request))
  } catch (error) {
    const status = error instanceof Refusal ? error.status : 500
    return { status, body: { error: error.message } }
  }
}

async function readJson(request) {
  if (request.method !== 'POST') return {}
  let text = ''
  for await (const chunk of request) {
    text += chunk
    if (text.length > largestBodyBytes) throw new Refusal(413, `expected at most ${largestBodyBytes} bytes`)
  }
  try {
    const body = JSON.parse(text)
    if (typeof body === 'object' && body !== null) return body
  } catch {}
  throw new Refusal(400, 'expected a JSON object')
}
