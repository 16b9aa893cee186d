import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach } from 'vitest'
import { createCheckActivities } from '../../activities/checks/activities.ts'
import type { CheckContext, InspectProcesses } from '../../activities/checks/probing.ts'
import type { CheckSpec, Probe, Sample } from '../../src/domain/check.ts'
import type { HostOrder } from '../../src/domain/host.ts'

const cleanups: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** Runs after the test, newest first, however it ends. */
export function afterThisTest(cleanup: () => void | Promise<void>): void {
  cleanups.push(cleanup)
}

/** A real server on a free port of this machine; ends with the test. */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  const port = await listen(server)
  return `http://127.0.0.1:${port}`
}

/** Answers every request with this. */
export function reply(status: number, body: unknown, headers: Record<string, string> = {}): RequestListener {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return (_, response) => response.writeHead(status, headers).end(text)
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  afterThisTest(() => {
    server.close()
    server.closeAllConnections()
  })
  return portOf(server.address())
}

export function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new TypeError('expected a TCP address')
  return address.port
}

/** A port nobody listens on any more. */
export async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const port = portOf(server.address())
  await new Promise((resolve) => server.close(resolve))
  return port
}

type Given = {
  context?: Partial<CheckContext>
  timeoutMs?: number
  clock?: () => Date
  environment?: Record<string, string>
  inspectProcesses?: InspectProcesses
}

export function activitiesWith(given: Given = {}) {
  return createCheckActivities({
    host: 'app-1',
    clock: given.clock ?? (() => new Date()),
    environment: { PATH: process.env.PATH, ...given.environment },
    inspectProcesses: given.inspectProcesses ?? (() => Promise.reject(new Error('nobody to ask'))),
  })
}

export function specOf(probe: Probe, timeoutMs = 5_000, deadlineMs = 10_000): CheckSpec {
  return { probe, from: 'worker', timeoutMs, deadlineMs }
}

export function contextOf(changes: Partial<CheckContext> = {}): CheckContext {
  return {
    service: 'vpn-shop',
    environment: 'production',
    deployment: 'd-1',
    order: null,
    releaseDirectory: null,
    processes: [],
    marker: null,
    liveSince: null,
    ...changes,
  }
}

export function orderOf(directory: string): HostOrder {
  return {
    protocol: 1,
    service: 'vpn-shop',
    environment: 'production',
    host: 'app-1',
    deployment: 'd-1',
    runId: 'run-1',
    fence: 1,
    directory,
  }
}

/** One attempt of one check, through the activity. */
export async function sampleOnce(probe: Probe, given: Given = {}): Promise<Sample> {
  return await sampleWith(activitiesWith(given), probe, given)
}

export async function sampleWith(
  activities: ReturnType<typeof createCheckActivities>,
  probe: Probe,
  given: Given = {},
): Promise<Sample> {
  const { samples } = await activities.runChecks({
    context: contextOf(given.context),
    checks: { it: specOf(probe, given.timeoutMs) },
    untilPassed: false,
  })
  const [sample] = samples
  if (!sample) throw new Error('expected a sample')
  return sample
}
