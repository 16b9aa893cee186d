import { execFile } from 'node:child_process'
import { access, mkdtemp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { temporalBinary, temporalCache } from '../../src/dev/temporal-binary.ts'

const run = promisify(execFile)

/** The newest one Go can install: later ones have replace directives. */
const version = 'v1.29.1'
const programs = { server: 'cmd/server', sql: 'cmd/tools/sql' }

export type RealTemporalPrograms = {
  /** Temporal's server, all services of it in one process. */
  server: string
  /** What the images call `temporal-sql-tool`. */
  sql: string
  /** The command line client. */
  temporal: string
  /** With `docker.yaml` in it, the template the images fill in from their environment. */
  configDirectory: string
}

/** Kept beside the dev server's program; made with Go the first time, in about two minutes. */
export async function realTemporalPrograms(): Promise<RealTemporalPrograms> {
  const say = (line: string) => void process.stderr.write(`${line}\n`)
  const cache = temporalCache({ environment: process.env })
  const { file: temporal } = await temporalBinary({ environment: process.env, say })
  const [server, sql] = [join(cache, `server-${version}`), join(cache, `sql-${version}`)]
  if (!(await there(server)) || !(await there(sql))) await build(cache, { server, sql })
  return { server, sql, temporal, configDirectory: join(await moduleDirectory(), 'config') }
}

async function build(cache: string, wanted: Record<keyof typeof programs, string>): Promise<void> {
  process.stderr.write(`temporal: building the server ${version} with Go, once, about two minutes on two cores\n`)
  const into = await mkdtemp(join(cache, '.new-'))
  try {
    const packages = Object.values(programs).map((path) => `go.temporal.io/server/${path}@${version}`)
    await run('go', ['install', ...packages], { env: { ...process.env, GOBIN: into } })
    await rename(join(into, 'server'), wanted.server)
    await rename(join(into, 'sql'), wanted.sql)
  } finally {
    await rm(into, { recursive: true, force: true })
  }
}

/** Where Go keeps the module; downloads it where only the programs are left. */
async function moduleDirectory(): Promise<string> {
  const { stdout } = await run('go', ['mod', 'download', '-json', `go.temporal.io/server@${version}`])
  const answer: { Dir: string } = JSON.parse(stdout)
  return answer.Dir
}

function there(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
