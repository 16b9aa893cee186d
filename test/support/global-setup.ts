import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import type { TestProject } from 'vitest/node'
import { bundleWorkflows } from '../../src/worker/bundle.ts'
import { startPostgres } from './own-postgres.ts'
import { startTemporal } from './own-temporal.ts'
import { portGiver } from './port-giver.ts'
import type { SharedService } from './shared.ts'

type Stoppable = { stop(): Promise<void> }

/**
 * Starts what tests share (Postgres, Temporal, the workflow bundle) once, when the first test asks for it over
 * loopback, and ends it after the last. A run that asks for nothing starts nothing.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const started: Stoppable[] = [await compileCache()]
  const { url, close } = await answerOnLoopback(servicesKeptIn(started))
  project.provide('sharedServices', url)
  return async () => {
    close()
    for (const service of started) await service.stop()
  }
}

/** Tests start hundreds of programs from TypeScript: each reads what the first one of its kind has compiled. */
async function compileCache(): Promise<Stoppable> {
  const directory = await mkdtemp(join(tmpdir(), 'belay-compiled-'))
  process.env.NODE_COMPILE_CACHE = directory
  // A program that ends just now still writes to it: tried again, and what is left in the end is no test's failure.
  const remove = () => rm(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  return { stop: () => remove().catch((error: unknown) => console.warn(`left behind: ${directory}: ${String(error)}`)) }
}

/** More than there are tests with a worker of their own, once more for those that are repeated. */
const namespaceCount = 300

function servicesKeptIn(started: Stoppable[]): Record<SharedService, () => Promise<string>> {
  async function keep<Service extends Stoppable>(starting: Promise<Service>): Promise<Service> {
    const service = await starting
    started.unshift(service)
    return service
  }
  const postgres = once(() => keep(startPostgres()))
  const temporal = once(() => keep(startTemporal(namespaceCount)))
  const bundle = once(() => keep(bundleFile()))
  let given = 0
  return {
    postgres: async () => (await postgres()).url,
    temporal: async () => (await temporal()).address,
    namespace: async () => {
      const namespace = (await temporal()).namespaces[given++]
      if (namespace === undefined)
        throw new Error(`expected at most ${namespaceCount} tests with a namespace, got more`)
      return namespace
    },
    'workflow-bundle': async () => (await bundle()).path,
    port: portGiver(),
  }
}

async function bundleFile(): Promise<Stoppable & { path: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'belay-bundle-'))
  const path = join(directory, 'workflows.js')
  const { code } = await bundleWorkflows(pino({ level: 'warn' }))
  await writeFile(path, code)
  return { path, stop: () => rm(directory, { recursive: true, force: true }) }
}

async function answerOnLoopback(
  answers: Record<string, () => Promise<string>>,
): Promise<{ url: string; close(): void }> {
  const server = createServer((request, response) => {
    const answer = answers[(request.url ?? '').slice(1)]
    const answered = answer?.() ?? Promise.reject(new Error(`no such service: ${request.url}`))
    answered.then(
      (text) => response.end(text),
      (error: unknown) => response.writeHead(500).end(error instanceof Error ? error.message : String(error)),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('expected a TCP address')
  return { url: `http://127.0.0.1:${address.port}`, close: () => server.close() }
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | null = null
  return () => {
    made ??= make()
    return made
  }
}
