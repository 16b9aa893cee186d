import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { embeddedPostgres } from '../src/dev/embedded-postgres.ts'
import { measureCatalog } from './database-catalog.ts'
import { measureIntegrity } from './database-integrity.ts'
import { measureRehearsal } from './database-rehearsal.ts'
import { machineNow } from './machine.ts'
import { type Measured, measuredHeader, measuredLine } from './measured.ts'

/** On a server of its own, started for this and removed again. What is over its aim is told, and is no failure. */
const machine = machineNow()
const directory = await mkdtemp(join(tmpdir(), 'belay-bench-'))
// Postgres runs as another user where this runs as root, and has to get in.
await chmod(directory, 0o711)
const server = await embeddedPostgres({ directory, durable: false, environment: process.env })
const asJson = process.argv.includes('--json')
const all: Measured[] = []
if (!asJson) console.log(`${machine.words}\n\n${measuredHeader}`)
try {
  for (const measure of [measureIntegrity, measureCatalog, measureRehearsal]) {
    for (const measured of await measure(server.url)) {
      all.push(measured)
      if (!asJson) console.log(measuredLine(measured))
    }
  }
} finally {
  await server.stop()
  await rm(directory, { recursive: true, force: true })
}
if (asJson) console.log(JSON.stringify({ schema: 1, machine, measured: all }, null, 2))
