import { createServer } from 'node:http'

/**
 * Answers `routes` (`POST /keys` -> function of the request's JSON) on 127.0.0.1, at the port that is the program's
 * first argument; 0: any free one. The first line it prints is its address.
 */
export function serveJson(routes) {
  const server = createServer(async (request, response) => {
    const handle = routes[`${request.method} ${request.url}`]
    const { status, body } = await answer(handle, request)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
    console.log(`http://127.0.0.1:${server.address().port}`)
  })
  process.once('SIGTERM', () => {
    server.close()
    server.closeAllConnections()
  })
}

async function answer(handle, request) {
  if (!handle) return { status: 404, body: { error: 'no such page' } }
  let text = ''
  for await (const chunk of request) text = (text + chunk).slice(0, 10_000)
  try {
    return { status: 200, body: handle(text === '' ? {} : JSON.parse(text)) }
  } catch (error) {
    return { status: 400, body: { error: error.message } }
  }
}
