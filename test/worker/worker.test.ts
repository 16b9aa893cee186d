import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { runDoctor } from '../../src/dev/doctor.ts'
import { type ProgramStart, startProgram } from '../../src/dev/program.ts'
import { isInMemory } from '../../src/worker/run-worker.ts'
import { eventually } from '../support/eventually.ts'
import { createDatabase } from '../support/postgres.ts'
import { openNamespace, workflowBundle } from '../support/temporal.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const main = join(import.meta.dirname, '../../src/worker/main.ts')

test('serves workflows, watching and its hosts, each host twice, and drains on SIGTERM', async () => {
  const directory = await temporaryDirectory()
  const start = await workerStart(directory, { BELAY_HOSTS: 'app-1,app-2' })
  const worker = await startProgram(start)
  onTestFinished(() => worker.stop())
  const findings = await found(start, ['app-1', 'app-2'], [])
  expect(findings.map(({ name }) => name)).toEqual(expect.arrayContaining(['worker', 'agent app-1', 'agent app-2']))
  await worker.stop()
  expect(await worker.ended).toBe(0)
})

test('is the agent of a host alone without a database', async () => {
  const directory = await temporaryDirectory()
  const start = await workerStart(directory, { BELAY_AGENT_ONLY: '1', BELAY_HOSTS: 'app-1', BELAY_DATABASE_URL: '' })
  const worker = await startProgram(start)
  onTestFinished(() => worker.stop())
  await found(start, ['app-1'], ['worker'])
  await worker.stop()
  expect(await worker.ended).toBe(0)
})

test.each([
  [{ TEMPORAL_ADDRESS: '127.0.0.1:1' }, 'Temporal does not answer at 127.0.0.1:1: start it with `belay dev`'],
  [{ TEMPORAL_NAMESPACE: 'nowhere' }, 'namespace nowhere: expected it to exist on the Temporal server'],
  [{ BELAY_DATABASE_URL: '' }, 'BELAY_DATABASE_URL: expected the address of a Postgres'],
])('says what is missing and ends: %j', async (environment, message) => {
  const start = await workerStart(await temporaryDirectory(), environment)
  const run = promisify(execFile)(process.execPath, [main], { cwd: start.cwd, env: start.environment, timeout: 30_000 })
  await expect(run).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(message) })
})

test('a state directory in memory is told from one on a disk', async () => {
  expect(await isInMemory('/dev/shm')).toBe(true)
  expect(await isInMemory(import.meta.dirname)).toBe(false)
})

test('a taken address for Prometheus is said, and nothing is served', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const taken = server.address()
  const address = `127.0.0.1:${typeof taken === 'object' ? taken?.port : taken}`
  const start = await workerStart(await temporaryDirectory(), { BELAY_METRICS_ADDRESS: address })
  const run = promisify(execFile)(process.execPath, [main], { cwd: start.cwd, env: start.environment, timeout: 30_000 })
  const stderr = expect.stringContaining(`BELAY_METRICS_ADDRESS: expected to listen on ${address}, could not`)
  await expect(run).rejects.toMatchObject({ code: 1, stderr })
})

test('a worker that was killed leaves its queues to the next one', async () => {
  const directory = await temporaryDirectory()
  const start = await workerStart(directory, { BELAY_HOSTS: 'app-1' })
  const killed = await startProgram(start)
  process.kill(killed.pid, 'SIGKILL')
  await killed.ended
  const next = await startProgram(start)
  onTestFinished(() => next.stop())
  expect(next.pid).not.toBe(killed.pid)
})

/** Waits until the doctor misses exactly these: a poll reaches the server a moment after the worker is ready. */
async function found({ environment, cwd: directory }: ProgramStart, hosts: string[], missing: string[]) {
  return await eventually(`missing: ${missing.join()}`, async () => {
    const findings = await runDoctor({ environment, directory, hosts, now: () => new Date() })
    const names = findings.flatMap(({ name, ok }) => (ok ? [] : [name]))
    return names.join() === missing.join() && findings
  })
}

async function workerStart(directory: string, environment: Record<string, string>): Promise<ProgramStart> {
  const [temporal, database] = await Promise.all([openNamespace(), createDatabase()])
  onTestFinished(async () => {
    await temporal.close()
    await database.drop()
  })
  const BELAY_WORKFLOW_BUNDLE = await workflowBundle()
  return {
    name: 'worker',
    command: [process.execPath, main],
    stopSignal: 'SIGTERM',
    graceMs: 30_000,
    logFile: join(directory, 'worker.log'),
    cwd: directory,
    environment: {
      ...process.env,
      ...temporal.environment,
      BELAY_DATABASE_URL: database.url,
      BELAY_WORKFLOW_BUNDLE,
      ...environment,
    },
    readyWithinMs: 60_000,
    ready: (output) => output.includes('belay worker ready'),
  }
}
