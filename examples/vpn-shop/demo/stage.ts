import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { type Belay, connect } from '../../../src/client/client.ts'
import { runDoctor } from '../../../src/dev/doctor.ts'
import { embeddedPostgres } from '../../../src/dev/embedded-postgres.ts'
import { freePort } from '../../../src/dev/free-port.ts'
import type { Program } from '../../../src/dev/program.ts'
import { type Stack, startStack } from '../../../src/dev/stack.ts'
import { makeRepository } from '../make-repository.ts'

export type Demo = {
  root: string
  repository: string
  tags: Record<string, string>
  ports: { production: number }
  databaseUrl: string
  environment: NodeJS.ProcessEnv
  client: Belay
  addresses: string
  /** How often the world was not as it was told. */
  differences: number
  say(line: string): void
  title(line: string): void
  compare(what: string, expected: unknown, got: unknown): void
  doctor(): Promise<void>
  /** Runs the command line as a person would, and compares its exit code. */
  belay(expectedExit: number, ...args: string[]): Promise<void>
  /** When the window of this version's run ends; waits until it has begun. */
  windowOf(version: string): Promise<string>
  killWorker(): Promise<void>
  startWorker(): Promise<void>
  stop(): Promise<void>
}

/** Starts everything the shop and Belay need; all of it below `root`, on the loopback interface. */
export async function openDemo(options: { root: string; realTime: boolean }): Promise<Demo> {
  const { root } = options
  const say = (line: string) => void process.stdout.write(`${line}\n`)
  const ports = {
    production: await freePort(),
    staging: await freePort(),
    vpnApi: await freePort(),
    paymentProvider: await freePort(),
  }
  const repository = join(root, 'repository')
  const { tags } = await makeRepository(repository, {
    root: join(root, 'srv'),
    ports,
    fallIllAfterMs: 20_000,
    ...shortened(options.realTime, say),
  })
  const postgres = await embeddedPostgres({ directory: root, environment: process.env, database: 'belay' })
  const databaseUrl = await createDatabase(postgres.url, 'shop')
  const environment = {
    ...process.env,
    BELAY_DATABASE_URL: postgres.url,
    VPN_SHOP_PRODUCTION_DATABASE_URL: databaseUrl,
    VPN_SHOP_STAGING_DATABASE_URL: databaseUrl,
    // Only its server matters: the scratch databases are made beside it.
    VPN_SHOP_SCRATCH_DATABASE_URL: postgres.url,
  }
  const stack = await startStack({ directory: root, environment, hosts: ['local'], say })
  const around = startAround(ports, root)
  const state: { worker: Program } = { worker: await stack.startWorker() }
  const client = await connect(stack.environment)
  for (const line of stack.lines) say(`     ${line}`)
  const demo: Demo = {
    root,
    repository,
    tags,
    ports,
    databaseUrl,
    environment: stack.environment,
    client,
    addresses: `Temporal UI ${stack.uiUrl ?? 'none'}, shop http://127.0.0.1:${ports.production}/health, commands work in ${repository}`,
    differences: 0,
    say,
    title: (line) => say(`\n${line}`),
    compare(what, expected, got) {
      const same = JSON.stringify(expected) === JSON.stringify(got)
      if (!same) demo.differences += 1
      say(
        `     ${same ? 'ok  ' : 'DIFF'} ${what}: ${same ? text(got) : `expected ${text(expected)}, got ${text(got)}`}`,
      )
    },
    doctor: () => doctor(demo, stack),
    belay: (expectedExit, ...args) => belay(demo, expectedExit, args),
    windowOf: (version) => windowOf(client, version),
    async killWorker() {
      process.kill(state.worker.pid, 'SIGKILL')
      await state.worker.ended
    },
    async startWorker() {
      state.worker = await stack.startWorker()
    },
    async stop() {
      await client.close()
      for (const child of around) child.kill('SIGTERM')
      await stack.stop()
      await endService(root)
      await postgres.stop()
    },
  }
  return demo
}

/** The only thing that is not as in production is time, and it is said. */
function shortened(realTime: boolean, say: (line: string) => void) {
  if (realTime) return {}
  say(
    'note  ten minutes of watching are shortened to 10 to 30 s (--real-time keeps them); the record shows short_window',
  )
  const short = (length: string, interval: string) => {
    return { length, interval, afterRollback: '4s', reason: `demo: ten minutes shortened to ${length}` }
  }
  const window = {
    '1.0.0': short('8s', '1s'),
    '1.1.0': short('10s', '1s'),
    '1.2.0': short('25s', '1s'),
    '1.2.1': short('25s', '1s'),
    // Long enough for a worker to be killed in it and for another to go on.
    '1.3.0': short('30s', '3s'),
  }
  return { window }
}

/** What somebody else runs: the VPN API, the payment provider, and customers. */
function startAround(
  ports: { production: number; vpnApi: number; paymentProvider: number },
  root: string,
): ChildProcess[] {
  const here = (file: string) => fileURLToPath(new URL(`../${file}`, import.meta.url))
  const start = (...args: string[]) => spawn(process.execPath, args, { cwd: root, stdio: 'ignore' })
  return [
    start(here('services/vpn-api.mjs'), String(ports.vpnApi)),
    start(here('services/payment-provider.mjs'), String(ports.paymentProvider)),
    start(
      here('traffic.mjs'),
      '--url',
      `http://127.0.0.1:${ports.production}`,
      '--seconds',
      '3600',
      '--every-ms',
      '200',
    ),
  ]
}

async function createDatabase(url: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`create database ${client.escapeIdentifier(name)}`)
  await client.end()
  const own = new URL(url)
  own.pathname = `/${name}`
  return own.href
}

async function doctor(demo: Demo, stack: Stack): Promise<void> {
  const findings = await runDoctor({
    environment: stack.environment,
    directory: demo.root,
    hosts: ['local'],
    now: () => new Date(),
  })
  for (const finding of findings)
    demo.say(`${finding.ok ? 'ok  ' : 'MISS'}  ${finding.name.padEnd(20)} ${finding.detail}`)
}

async function belay(demo: Demo, expectedExit: number, args: string[]): Promise<void> {
  demo.say(`$ belay ${args.join(' ')}`)
  const program = fileURLToPath(new URL('../../../src/cli/belay.ts', import.meta.url))
  const child = spawn(process.execPath, [program, '--by', 'ci@example.com', ...args], {
    cwd: demo.repository,
    env: demo.environment,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const [code] = await once(child, 'exit')
  demo.compare(`exit code of belay ${args[0]}`, expectedExit, code)
}

async function windowOf(client: Belay, version: string): Promise<string> {
  for (;;) {
    const run = await client.attach('vpn-shop', 'production')
    const status = await run?.status().catch(() => null)
    if (status?.release.version === version && status.windowEndsAt !== null) return status.windowEndsAt
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** The shop outlives Belay by design; the demo's own ends with it. */
async function endService(root: string): Promise<void> {
  const { readdir, readlink } = await import('node:fs/promises')
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const directory = await readlink(`/proc/${pid}/cwd`).catch(() => '')
    if (directory.startsWith(join(root, 'srv'))) process.kill(Number(pid), 'SIGTERM')
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
