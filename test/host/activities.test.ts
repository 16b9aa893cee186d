import { execFile } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createHostActivities, hostPaths, requireClaim } from '../../activities/host/activities.ts'
import { entryOf } from '../../activities/process/proc.ts'
import { createSteps, type Steps } from '../../activities/step/steps.ts'
import type { HostOrder, HostRecord } from '../../src/domain/host.ts'
import { eventually } from '../support/eventually.ts'

vi.setConfig({ testTimeout: 60_000 })

let directory: string
let now: Date
let steps: Steps
let host: ReturnType<typeof createHostActivities>

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'belay-host-'))
  now = new Date('2026-01-02T03:04:05Z')
  const clock = () => now
  steps = createSteps({ root: join(directory, '.belay'), clock, environment: { PATH: process.env.PATH } })
  host = createHostActivities({ host: 'app-1', clock, steps })
})

afterEach(() => rmSync(directory, { recursive: true, force: true }))

test('a host that knows nothing says so', async () => {
  const live = { releaseDirectory: null, marker: null }
  expect(await host.inspectHost({ order: order('d1') })).toEqual({
    host: 'app-1',
    claim: null,
    records: [],
    lock: null,
    expired: null,
    live,
  })
  expect(existsSync(join(directory, '.belay'))).toBe(false)
})

test('a claim is taken, seen, asked for again with the same fence, and given back', async () => {
  const held = await claimed('d1')
  expect(held.fence).toBe(1)
  expect(await host.claimHost({ order: order('d1'), phase: 'restore points', takeOver: false })).toEqual({ fence: 1 })
  const claim = {
    deployment: 'd1',
    runId: 'd1-run',
    fence: 1,
    phase: 'restore points',
    since: '2026-01-02T03:04:05.000Z',
  }
  expect((await host.inspectHost({ order: held })).claim).toEqual(claim)
  expect(await requireClaim(held)).toEqual(claim)
  await host.finishHost({ order: held, records: [record('d1')] })
  expect(await host.inspectHost({ order: held })).toMatchObject({ claim: null, records: [record('d1')] })
  expect((await claimed('d2')).fence).toBe(2)
})

test('the state is for its owner alone', async () => {
  await claimed('d1')
  expect(statSync(join(directory, '.belay')).mode & 0o777).toBe(0o700)
  expect(statSync(hostPaths(directory).claim).mode & 0o777).toBe(0o600)
})

test('finishing twice writes once, and not over what came later', async () => {
  const first = await claimed('d1')
  await host.finishHost({ order: first, records: [record('d1')] })
  await host.finishHost({ order: first, records: [record('d1')] })
  const second = await claimed('d2')
  await host.finishHost({ order: second, records: [record('d2'), record('d1')] })
  await host.finishHost({ order: first, records: [record('d1')] })
  expect((await host.inspectHost({ order: second })).records).toHaveLength(2)
})

test('another deployment is refused while the host is held, and told by whom', async () => {
  await claimed('d1')
  const refused = host.claimHost({ order: order('d2'), phase: 'restore points', takeOver: false })
  await expect(refused).rejects.toMatchObject({
    type: 'HostHeld',
    nonRetryable: true,
    details: [{ claim: { deployment: 'd1' }, lock: null }],
  })
  await expect(host.savePlan({ order: order('d2'), plan: plan() })).rejects.toMatchObject({ type: 'HostHeld' })
  await expect(host.finishHost({ order: order('d2'), records: [] })).rejects.toMatchObject({ type: 'HostHeld' })
})

test('of several agents that claim at once exactly one wins', async () => {
  for (const round of [1, 2, 3]) {
    const orders = [1, 2, 3, 4].map((each) => order(`round-${round}-${each}`))
    const answers = await Promise.all(orders.map(claimInAnotherProcess))
    expect(answers.filter((answer) => answer.startsWith('fence'))).toEqual([`fence ${round}`])
    expect(answers.filter((answer) => answer === 'HostHeld')).toHaveLength(3)
    const winner = orders[answers.findIndex((answer) => answer.startsWith('fence'))] ?? order('none')
    await host.finishHost({ order: { ...winner, fence: round }, records: null })
  }
})

test('a rollback takes over once the commands of the old deployment have ended, and the old orders are refused', async () => {
  const old = await claimed('d1')
  const forever = ['-e', `require('fs').writeFileSync('pid', String(process.pid)); setInterval(() => {}, 1000)`]
  const running = steps.run({
    deployment: 'd1',
    name: 'build',
    try: 1,
    commands: [[process.execPath, ...forever]],
    cwd: directory,
    timeoutMs: 60_000,
    silenceMs: null,
  })
  const pid = Number(
    await eventually(
      'the command',
      () => existsSync(join(directory, 'pid')) && readFileSync(join(directory, 'pid'), 'utf8'),
    ),
  )
  const taken = await host.claimHost({ order: order('back'), phase: 'rollback', takeOver: true })
  expect(entryOf(pid)).toBeNull()
  expect(await running).toMatchObject({ outcome: 'interrupted' })
  expect(taken.fence).toBe(2)
  await expect(requireClaim(old)).rejects.toMatchObject({ type: 'Fenced', nonRetryable: true })
  await expect(host.finishHost({ order: old, records: [] })).rejects.toMatchObject({ type: 'Fenced' })
  await expect(host.claimHost({ order: old, phase: 'release', takeOver: true })).rejects.toMatchObject({
    type: 'Fenced',
  })
})

test.each([
  ['a rollback', 'an adoption', 'rollback', 'adoption'],
  ['an adoption', 'a deployment', 'adoption', 'restore points'],
])('%s never takes over from %s, whatever was looked at before', async (_, __, phase, held) => {
  const first = await host.claimHost({ order: order('d1'), phase: held, takeOver: false })
  const refused = host.claimHost({ order: order('d2'), phase, takeOver: true })
  await expect(refused).rejects.toMatchObject({ type: 'HostHeld', details: [{ claim: { deployment: 'd1' } }] })
  if (held === 'adoption') await expect(refused).rejects.toThrow('give belay adopt prod --version <version> again')
  expect(await requireClaim({ ...order('d1'), ...first })).toMatchObject({ phase: held })
  expect(await host.claimHost({ order: order('d3'), phase: held, takeOver: true })).toEqual({ fence: 2 })
})

test('a workflow that was reset is refused while its deployment holds the host, and after it has ended', async () => {
  const held = await claimed('d1')
  const reset = { ...held, runId: 'another-run' }
  await expect(requireClaim(reset)).rejects.toMatchObject({ type: 'WorkflowReset', nonRetryable: true })
  await expect(host.claimHost({ order: reset, phase: 'release', takeOver: true })).rejects.toMatchObject({
    type: 'WorkflowReset',
  })
  await host.finishHost({ order: held, records: null })
  await expect(host.claimHost({ order: reset, phase: 'release', takeOver: true })).rejects.toMatchObject({
    type: 'WorkflowReset',
  })
  await expect(host.finishHost({ order: reset, records: [] })).rejects.toMatchObject({ type: 'WorkflowReset' })
})

test('a deployment that has ended can go back on its own host, but its first order cannot return', async () => {
  const first = await claimed('d1')
  await host.finishHost({ order: first, records: null })
  await expect(claimed('d1')).rejects.toMatchObject({ type: 'Fenced' })
  expect(await host.claimHost({ order: first, phase: 'rollback', takeOver: false })).toEqual({ fence: 2 })
  await expect(requireClaim(first)).rejects.toMatchObject({ type: 'Fenced' })
})

test('a lock refuses a deployment until it expires or is taken off, and never a rollback', async () => {
  const lock = {
    reason: 'black friday',
    by: 'ops@example.com',
    since: now.toISOString(),
    until: '2026-01-02T04:00:00Z',
  }
  await host.lockHost({ order: order('d1'), lock })
  await expect(claimed('d1')).rejects.toMatchObject({ type: 'HostHeld', details: [{ claim: null, lock }] })
  const back = await host.claimHost({ order: order('back'), phase: 'rollback', takeOver: true })
  await host.finishHost({ order: { ...order('back'), ...back }, records: null })
  expect(await host.inspectHost({ order: order('d1') })).toMatchObject({ lock, expired: null })
  now = new Date(lock.until)
  expect(await host.inspectHost({ order: order('d1') })).toMatchObject({ lock: null, expired: lock })
  const held = await claimed('d1')
  expect(await host.inspectHost({ order: order('d1') })).toMatchObject({ lock: null, expired: null })
  await host.holdHost({ order: held, lock: { ...lock, until: null } })
  await host.finishHost({ order: held, records: null })
  await expect(claimed('d2')).rejects.toMatchObject({ type: 'HostHeld' })
  expect(await host.unlockHost({ order: order('d2') })).toEqual({ released: { ...lock, until: null } })
  expect(await host.unlockHost({ order: order('d2') })).toEqual({ released: null })
  expect((await claimed('d2')).fence).toBe(3)
})

test('without a claim nothing is changed', async () => {
  await expect(requireClaim({ ...order('d1'), fence: 7 })).rejects.toMatchObject({ type: 'Fenced' })
  const lock = { reason: '', by: '', since: '', until: null }
  await expect(host.holdHost({ order: order('d1'), lock })).rejects.toMatchObject({ type: 'Fenced' })
  await expect(host.finishHost({ order: order('d1'), records: [] })).rejects.toMatchObject({ type: 'Fenced' })
  expect(readdirSync(join(directory, '.belay'))).toEqual(['guard'])
})

test('an order for another host is refused', async () => {
  const astray = { ...order('d1'), host: 'app-2' }
  await expect(host.claimHost({ order: astray, phase: 'x', takeOver: false })).rejects.toMatchObject({
    type: 'Invalid',
  })
})

test('a plan is kept under its digest, and one that was not kept is a clear refusal', async () => {
  const held = await claimed('d1')
  await host.savePlan({ order: held, plan: plan() })
  await host.savePlan({ order: held, plan: plan() })
  expect(await host.readPlan({ order: held, digest: plan().digest })).toEqual(plan())
  await expect(host.readPlan({ order: held, digest: 'b'.repeat(64) })).rejects.toMatchObject({ type: 'Invalid' })
  await expect(host.readPlan({ order: held, digest: '../claim' })).rejects.toMatchObject({ type: 'Invalid' })
})

test('what is live is read from the disk: where current leads, and the marker', async () => {
  mkdirSync(join(directory, 'releases', '1.0.0'), { recursive: true })
  symlinkSync('releases/1.0.0', join(directory, 'current'))
  const marker = {
    version: '1.0.0',
    timestamp: '2026-01-02T03:04:05Z',
    commit: 'abc',
    environment: 'prod',
    deployed_by: 'me',
  }
  writeFileSync(join(directory, '.deployment_marker'), JSON.stringify(marker))
  const seen = await host.inspectHost({ order: order('d1') })
  expect(seen.live).toEqual({ releaseDirectory: join(directory, 'releases', '1.0.0'), marker })
  writeFileSync(join(directory, '.deployment_marker'), 'not json')
  expect((await host.inspectHost({ order: order('d1') })).live.marker).toBeNull()
})

test('state that Belay did not write stops the work instead of guiding it', async () => {
  await claimed('d1')
  writeFileSync(hostPaths(directory).claim, '{"deployment":')
  await expect(claimed('d2')).rejects.toThrow(hostPaths(directory).claim)
})

function order(deployment: string): HostOrder {
  const about = { service: 'shop', environment: 'prod', host: 'app-1', directory }
  return { protocol: 1, ...about, deployment, runId: `${deployment}-run`, fence: 0 }
}

async function claimed(deployment: string): Promise<HostOrder> {
  const { fence } = await host.claimHost({ order: order(deployment), phase: 'restore points', takeOver: false })
  return { ...order(deployment), fence }
}

async function claimInAnotherProcess(given: HostOrder): Promise<string> {
  const program = resolve(import.meta.dirname, '../fixtures/claim-host.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [program, JSON.stringify(given)])
  return stdout.trim()
}

function record(deployment: string): HostRecord {
  const release = { version: '1.0.0', commit: 'a'.repeat(40) }
  const made = { releaseDirectory: join(directory, 'releases', '1.0.0'), planDigest: 'a'.repeat(64), configuration: [] }
  return {
    deployment,
    release,
    ...made,
    migrations: null,
    catalog: null,
    outcome: 'SUCCESS',
    at: '2026-01-02T03:04:05Z',
  }
}

/** As much of a plan as the host looks at. */
function plan() {
  return JSON.parse(
    JSON.stringify({
      protocol: 1,
      deployment: 'd1',
      service: 'shop',
      digest: 'a'.repeat(64),
      layout: { directory },
      marker: { file: `${directory}/m` },
    }),
  )
}
