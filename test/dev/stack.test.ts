import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { runDoctor } from '../../src/dev/doctor.ts'
import { type StackStart, startStack } from '../../src/dev/stack.ts'
import { createDatabase } from '../support/postgres.ts'
import { openNamespace, workflowBundle } from '../support/temporal.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

test('starts Temporal and Postgres, leaves their addresses for the command line, and stops both', async () => {
  const directory = join(await temporaryDirectory(), '.belay')
  const stack = await startStack(stackStart(directory))
  onTestFinished(() => stack.stop())
  const kept: Record<string, unknown> = JSON.parse(await readFile(join(directory, 'dev.json'), 'utf8'))
  expect(kept).toMatchObject({ TEMPORAL_ADDRESS: stack.temporalAddress, BELAY_DATABASE_URL: stack.databaseUrl })
  for (const file of ['dev.json', 'temporal.db', 'temporal.db-wal', 'temporal.db-shm']) {
    expect((await stat(join(directory, file))).mode & 0o077, file).toBe(0)
  }
  expect(await unhealthy(stack.environment, directory)).toEqual(['worker', 'postgres'])
  expect(stack.lines.join('\n')).not.toContain(new URL(stack.databaseUrl).password)
  await stack.stop()
  expect(await unhealthy(stack.environment, directory)).toEqual(['temporal', 'postgres'])
  await expect(stat(join(directory, 'dev.json'))).rejects.toThrow('ENOENT')
})

test('starts neither server when both are given, and leaves them running', async () => {
  const [temporal, database] = await Promise.all([openNamespace(), createDatabase()])
  onTestFinished(() => Promise.all([temporal.close(), database.drop()]).then(() => undefined))
  const directory = await temporaryDirectory()
  const given = { ...process.env, ...temporal.environment, BELAY_DATABASE_URL: database.url }
  const stack = await startStack({ ...stackStart(directory), environment: given })
  expect(stack).toMatchObject({ temporalAddress: temporal.address, databaseUrl: database.url })
  await stack.stop()
  expect(await unhealthy(given, directory)).toEqual(['worker', 'postgres'])
})

test('starts a worker, starts it again after it was killed, and ends it first', async () => {
  const [temporal, database] = await Promise.all([openNamespace(), createDatabase()])
  onTestFinished(() => Promise.all([temporal.close(), database.drop()]).then(() => undefined))
  const directory = await temporaryDirectory()
  const environment = { ...process.env, ...temporal.environment, BELAY_DATABASE_URL: database.url }
  const workflowBundlePath = await workflowBundle()
  const stack = await startStack({ ...stackStart(directory), environment, hosts: ['local'], workflowBundlePath })
  onTestFinished(() => stack.stop())
  const killed = await stack.startWorker()
  process.kill(killed.pid, 'SIGKILL')
  await killed.ended
  const worker = await stack.startWorker()
  // Its poll reaches the server a moment after it is ready.
  await expect.poll(() => unhealthy(stack.environment, directory), { timeout: 60_000 }).toEqual([])
  await stack.stop()
  expect(await worker.ended).toBe(0)
})

test('refuses a directory in which another one runs, and takes over from one that was killed', async () => {
  const [temporal, database] = await Promise.all([openNamespace(), createDatabase()])
  onTestFinished(() => Promise.all([temporal.close(), database.drop()]).then(() => undefined))
  const directory = await temporaryDirectory()
  const environment = { ...process.env, ...temporal.environment, BELAY_DATABASE_URL: database.url }
  const start = { ...stackStart(directory), environment }
  const running = { pid: process.ppid, TEMPORAL_ADDRESS: temporal.address }
  await writeFile(join(directory, 'dev.json'), JSON.stringify(running))
  await expect(startStack(start)).rejects.toThrow(`got process ${process.ppid}; use it or stop it`)
  const dead = { TEMPORAL_ADDRESS: '127.0.0.1:1' }
  await writeFile(join(directory, 'dev.json'), JSON.stringify({ ...running, ...dead }))
  const stack = await startStack({ ...start, environment: { ...environment, ...dead } })
  onTestFinished(() => stack.stop())
  expect(stack.temporalAddress).not.toBe(dead.TEMPORAL_ADDRESS)
})

function stackStart(directory: string): StackStart {
  const { TEMPORAL_ADDRESS: _, BELAY_DATABASE_URL: __, ...environment } = process.env
  return { directory, environment, hosts: [], headless: true, say: () => undefined }
}

/** Names of what the doctor finds missing; before a worker has been there, the tables and the worker are. */
async function unhealthy(environment: NodeJS.ProcessEnv, directory: string): Promise<string[]> {
  const findings = await runDoctor({ environment, directory, hosts: [], now: () => new Date() })
  for (const { ok, fix } of findings) if (!ok) expect(fix).not.toBeNull()
  return findings.flatMap(({ name, ok }) => (ok ? [] : [name]))
}
