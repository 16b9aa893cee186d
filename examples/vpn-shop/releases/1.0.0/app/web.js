import { loadConfig, ownVersion } from './config.js'
import { createPool } from './database.js'
import { createHttpServer } from './http.js'
import { log } from './log.js'
import { createRequestCounter } from './metrics.js'
import { createRoutes } from './routes.js'

const config = loadConfig(process.env.CONFIG_FILE)
const version = ownVersion()
const pool = createPool(config, process.env.DATABASE_URL)
const counter = createRequestCounter()
const server = createHttpServer({ routes: createRoutes({ pool, config, version, counter }), counter })

server.listen(config.port, '127.0.0.1', () => log('INFO', `vpn-shop ${version} listens on port ${config.port}`))
server.on('error', (error) => {
  log('ERROR', `cannot listen: ${error.message}`)
  process.exit(1)
})

process.once('SIGTERM', () => {
  log('INFO', 'stopping')
  server.close(() => void pool.end())
  server.closeIdleConnections()
})
