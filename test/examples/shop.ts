import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { execa } from 'execa'
import pg from 'pg'
import { eventually } from '../support/eventually.ts'

export const example = join(import.meta.dirname, '../../examples/vpn-shop')

/** Fails when there is nothing, so that a test says which. */
function given<Value>(value: Value | null | undefined, what: string): Value {
  if (value === null || value === undefined) throw new Error(`${what}: expected it, got none`)
  return value
}

export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer()
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      return server
    }),
  )
  return Promise.all(
    servers.map(async (server) => {
      const address = server.address()
      await new Promise((resolve) => server.close(resolve))
      return typeof address === 'object' ? given(address, 'address').port : 0
    }),
  )
}

export type Program = { output(): string; stop(): Promise<void>; ended(): boolean }

export function startProgram(
  command: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Program {
  const [program = '', ...args] = command
  const child = execa(program, args, { ...options, all: true, reject: false, buffer: false })
  let [text, over] = ['', false]
  child.all.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  const ended = child.then(() => {
    over = true
  })
  return {
    output: () => text,
    ended: () => over,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** Does what the build and the migrate step of a deployment do, with the release's own files and tool. */
export async function installRelease(options: {
  repository: string
  tag: string
  directory: string
  build: readonly (readonly string[])[]
}): Promise<void> {
  const { repository, tag, directory, build } = options
  await execa('git', ['clone', '--quiet', `--branch=${tag}`, '--', repository, directory])
  for (const [program = '', ...args] of build) await execa(program, args, { cwd: directory })
}

export async function migrate(release: string, database: string, direction: readonly string[] = ['up']): Promise<void> {
  const tool = join(release, 'node_modules/node-pg-migrate/bin/node-pg-migrate.js')
  await execa('node', [tool, ...direction], { cwd: release, env: { DATABASE_URL: database } })
}

export type RunningShop = { web: Program; worker: Program; url: string; configHash: string; stop(): Promise<void> }

/** Web application and worker of one release, with the release's own configuration and what `over` changes in it. */
export async function startShop(options: {
  release: string
  database: string
  over?: Record<string, unknown>
}): Promise<RunningShop> {
  const { release, database, over = {} } = options
  const configuration: unknown = JSON.parse(await readFile(join(release, 'config/production.json'), 'utf8'))
  const [port = 0] = await freePorts(1)
  const text = JSON.stringify({ ...Object(configuration), port, ...over })
  const file = join(release, 'node_modules/.test/config.json')
  await mkdir(join(file, '..'), { recursive: true })
  await writeFile(file, text)
  const env = { CONFIG_FILE: file, DATABASE_URL: database }
  const web = startProgram(['node', 'app/web.js'], { cwd: release, env })
  const worker = startProgram(['node', 'app/worker.js'], { cwd: release, env })
  const url = `http://127.0.0.1:${port}`
  const stop = async () => {
    await Promise.all([web.stop(), worker.stop()])
  }
  try {
    await eventually(`${release} listens`, () => web.output().includes('listens') || web.ended())
    if (web.ended()) throw new Error(web.output())
  } catch (error) {
    await stop()
    throw error
  }
  return { web, worker, url, configHash: createHash('sha256').update(text).digest('hex'), stop }
}

export type Reply = { status: number; body: Record<string, unknown> }

export async function ask(url: string, path: string, body?: unknown): Promise<Reply> {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  const response = await fetch(new URL(path, url), init)
  const reply: unknown = await response.json()
  return { status: response.status, body: { ...Object(reply) } }
}

/** name -> value of a page in the Prometheus text format without labels. */
export async function metricsOf(url: string): Promise<Record<string, number>> {
  const text = await (await fetch(new URL('/metrics', url))).text()
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return Object.fromEntries(lines.map((line) => [line.split(' ')[0] ?? '', Number(line.split(' ')[1])]))
}

/** What a service of the example prints first. */
export function addressOf(service: Program): Promise<string> {
  return eventually('an address', () => /http:\S+/.exec(service.output())?.[0])
}

/** Beside the database, where it may be away. */
export function onServer(database: string, sql: string): Promise<Record<string, unknown>[]> {
  const server = new URL(database)
  server.pathname = '/postgres'
  return query(server.href, sql)
}

export async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql)
    return rows
  } finally {
    await client.end()
  }
}
