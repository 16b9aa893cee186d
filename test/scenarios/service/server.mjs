// A service small enough to be read at a glance, which falls ill when a file in its control directory says so.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'

const { CONFIG_FILE } = process.env
const control = readFileSync('CONTROL', 'utf8').trim()
const version = readFileSync('VERSION', 'utf8').trim()
const bytes = readFileSync(CONFIG_FILE)
const config = JSON.parse(bytes.toString())
const told = (what) => existsSync(join(control, `${what}-${version}`))

createServer((request, response) => {
  if (request.url === '/metrics') {
    response.end(`app_errors ${told('errors') ? 1 : 0}\n`)
    return
  }
  const ill = told('ill')
  response.writeHead(ill ? 503 : 200, { 'content-type': 'application/json' })
  const configHash = createHash('sha256').update(bytes).digest('hex')
  response.end(JSON.stringify({ status: ill ? 'ill' : 'ok', db_ready: true, version, config_hash: configHash }))
}).listen(config.port, '127.0.0.1')
