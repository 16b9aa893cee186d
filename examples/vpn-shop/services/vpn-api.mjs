import { randomBytes, randomUUID } from 'node:crypto'
import { serveJson } from './json-server.mjs'

// What hands out VPN keys: a company's own thing, deployed by somebody else.
const keys = new Map()

serveJson({
  'GET /ping': () => ({ status: 'ok', keys: keys.size }),
  'POST /keys': ({ client }) => {
    if (typeof client !== 'string') throw new Error('client: expected text')
    const keyId = randomUUID()
    keys.set(keyId, client)
    return { keyId, key: randomBytes(32).toString('base64') }
  },
})
