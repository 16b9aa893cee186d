import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { exclusively } from '../../activities/disk/exclusive.ts'
import { createGit } from '../../activities/git/git.ts'
import { listProcesses } from '../../activities/process/proc.ts'
import { backOrder } from '../../activities/switch/back.ts'
import { completeSwitch } from '../../activities/switch/complete.ts'
import { forwardOrder } from '../../activities/switch/forward.ts'
import { switchPaths } from '../../activities/switch/paths.ts'
import { keepOrder, switchProgram } from '../../activities/switch/switch-order.ts'
import { eventually } from '../support/eventually.ts'
import { put, type SwitchHost, switchHost, textOf, type worldOf } from './switch-host.ts'

vi.setConfig({ testTimeout: 300_000 })

/** More than a switch makes; a sweep that gets here has not ended by itself. */
const mostChanges = 200

let host: SwitchHost
beforeEach(() => {
  host = switchHost()
})
afterEach(() => host.end())

test('a switch forward that is killed before any change is completed to all of the new, or leaves all of the old', async () => {
  const { file, before, after } = await forward()
  const found = await sweep({ file, before, after })
  // Without the journal these would have stayed as they were: some of the old, some of the new.
  expect(found.mixed).toBeGreaterThan(2)
  expect(found.untouched).toBeGreaterThan(1)
})

test('a switch back that is killed before any change is completed to all of the old, or leaves all of the new', async () => {
  const { file, before, after } = await back()
  expect((await sweep({ file, before, after })).mixed).toBeGreaterThan(2)
})

test('a switch back to absence that is killed before any change removes everything, or nothing', async () => {
  const { file, before, after } = await backToAbsence()
  expect(after).toEqual({ config: null, limits: null, marker: null, current: null, etc: false })
  expect((await sweep({ file, before, after })).mixed).toBeGreaterThan(2)
})

test('completing a switch may itself be killed before any change', async () => {
  const { file, before, after } = await forward()
  const cutOff = await firstMixed(file, before, after)
  for (let killAt = 1; killAt < mostChanges; killAt += 1) {
    restoreFrom(cutOff)
    const { killed } = run(['finish', host.directory], { KILL_AT: `${killAt}` })
    await completeSwitch(host.directory)
    expect(host.world(), `killed at ${killAt} while completing`).toEqual(after)
    expectNoLitter()
    if (!killed) return
  }
  throw new Error('expected the sweep to end')
})

test('a change that cannot be made undoes those that were, wherever it is killed meanwhile', async () => {
  const { file, before, after } = await forward()
  const saved = save()
  const problem = run(['order', file], { FAIL_ON: '/.deployment_marker' })
  expect(problem).toMatchObject({ killed: false, exitCode: 1, stderr: expect.stringContaining('ENOSPC') })
  expect(host.world()).toEqual(before)
  expectNoLitter()
  const ends = new Set<string>()
  for (let killAt = 1; killAt < mostChanges; killAt += 1) {
    restoreFrom(saved)
    const { killed } = run(['order', file], { FAIL_ON: '/.deployment_marker', KILL_AT: `${killAt}` })
    await completeSwitch(host.directory)
    const world = JSON.stringify(host.world())
    expect([JSON.stringify(before), JSON.stringify(after)], `killed at ${killAt}`).toContain(world)
    expectNoLitter()
    ends.add(world)
    if (!killed) break
  }
  expect(ends).toEqual(new Set([JSON.stringify(before), JSON.stringify(after)]))
})

test('a switch that can be neither completed nor undone is told, stays in the journal, and is mended later', async () => {
  const { file, before, after } = await forward()
  restoreFrom(await firstMixed(file, before, after))
  const contents = join(host.directory, '.belay/contents')
  renameSync(contents, `${contents}.away`)
  await expect(completeSwitch(host.directory)).rejects.toMatchObject({ type: 'NotProven', nonRetryable: true })
  expect(run(['order', file], {}).exitCode).toBe(1)
  expect(existsSync(join(host.directory, '.belay/switch/journal.json'))).toBe(true)
  renameSync(`${contents}.away`, contents)
  await completeSwitch(host.directory)
  expect(host.world()).toEqual(before)
})

test('a switch of which every process is killed is begun again by itself', async () => {
  const prepared = await host.prepare('1.0.0', 'd-1')
  const switched = await exclusively(switchPaths(host.directory).guard, async () => {
    const going = host.activities.switchRelease(prepared)
    const waiting = await eventually('the program to wait for its turn', () => programsOf(host.directory))
    for (const pid of pidsWith([host.root])) process.kill(pid, 'SIGKILL')
    expect(waiting.length).toBeGreaterThan(0)
    return { going }
  })
  expect(await switched.going).toMatchObject({ releaseDirectory: prepared.releaseDirectory })
  expect(host.world()).toMatchObject({ current: 'releases/1.0.0', config: expect.stringContaining('1.0.0') })
})

test('a switch whose program alone is killed after it began is completed', async () => {
  const prepared = await host.prepare('1.0.0', 'd-1')
  const order = await keepOrder(await forwardOrder(git(host), prepared))
  const saved = save()
  for (let killAt = 1; killAt < mostChanges; killAt += 1) {
    restoreFrom(saved)
    run(['order', order.file], { KILL_AT: `${killAt}` })
    if (existsSync(switchPaths(host.directory).journal)) break
  }
  const going = exclusively(switchPaths(host.directory).guard, async () => {
    const result = host.activities.switchRelease(prepared)
    const [pid] = await eventually('the program to wait for its turn', () => programsOf(host.directory))
    if (pid !== undefined) process.kill(pid, 'SIGKILL')
    return { result }
  })
  expect(await (await going).result).toMatchObject({ releaseDirectory: prepared.releaseDirectory, edited: [] })
})

/** Kills the program before its first change, its second, ... until it ends by itself. */
async function sweep({ file, before, after }: Swept): Promise<{ mixed: number; untouched: number }> {
  const saved = save()
  const counts = { mixed: 0, untouched: 0 }
  for (let killAt = 1; killAt < mostChanges; killAt += 1) {
    restoreFrom(saved)
    const { killed } = run(['order', file], { KILL_AT: `${killAt}` })
    const world = JSON.stringify(host.world())
    if (world !== JSON.stringify(before) && world !== JSON.stringify(after)) counts.mixed += 1
    // Every other time by whoever is about to start something, else by the same program again.
    const again = killAt % 2 === 0 || world === JSON.stringify(before)
    if (again) expect(run(['order', file], {})).toMatchObject({ killed: false, exitCode: 0 })
    else await completeSwitch(host.directory)
    const completed = JSON.stringify(host.world())
    expect(completed, `after being killed at ${killAt}`).toEqual(JSON.stringify(after))
    if (world === JSON.stringify(before)) counts.untouched += 1
    expectNoLitter()
    if (!killed) return counts
  }
  throw new Error('expected the sweep to end')
}

type World = ReturnType<typeof worldOf>
type Swept = { file: string; before: World; after: World }

async function forward(): Promise<Swept> {
  const prepared = await deployedTwice(host)
  const { file } = await keepOrder(await forwardOrder(git(host), prepared))
  return { file, ...whatItDoes(file) }
}

async function back(): Promise<Swept> {
  const prepared = await deployedTwice(host)
  await host.activities.switchRelease(prepared)
  const { order, plan } = prepared
  const target = await host.activities.resolveTarget({ order, to: null, deployment: 'd-2' })
  const markerText = textOf({ ...plan, release: target.record?.release ?? plan.release })
  const { file } = await keepOrder((await backOrder({ order, plan, target, only: 'all', markerText, try: 1 })).order)
  return { file, ...whatItDoes(file) }
}

async function backToAbsence(): Promise<Swept> {
  const prepared = await host.prepare('1.0.0', 'd-1')
  await host.activities.switchRelease(prepared)
  const { order, plan } = prepared
  const target = await host.activities.resolveTarget({ order, to: null, deployment: 'd-1' })
  const asked = { order, plan, target, only: 'all', markerText: null, try: 1 } as const
  const { file } = await keepOrder((await backOrder(asked)).order)
  return { file, ...whatItDoes(file) }
}

/** 1.0.0 is live, with a file that was there before it; everything is ready for 1.1.0. */
async function deployedTwice(on: SwitchHost) {
  put(join(on.directory, 'config.json'), 'by hand', 0o604)
  await on.deploy('1.0.0', 'd-1')
  return await on.prepare('1.1.0', 'd-2')
}

/** The whole old and the whole new state, from a run that nobody disturbs. */
function whatItDoes(file: string): { before: World; after: World } {
  const saved = save()
  const before = host.world()
  expect(run(['order', file], {})).toMatchObject({ killed: false, exitCode: 0 })
  const after = host.world()
  expect(after).not.toEqual(before)
  restoreFrom(saved)
  expect(host.world()).toEqual(before)
  return { before, after }
}

async function firstMixed(file: string, before: World, after: World): Promise<string> {
  const saved = save()
  for (let killAt = 1; killAt < mostChanges; killAt += 1) {
    restoreFrom(saved)
    run(['order', file], { KILL_AT: `${killAt}` })
    const world = JSON.stringify(host.world())
    if (world !== JSON.stringify(before) && world !== JSON.stringify(after)) return save('mixed')
  }
  throw new Error('expected a state that is half of each')
}

/** null: none. */
function programsOf(directory: string): number[] | null {
  const pids = pidsWith([switchProgram, directory]).filter((pid) => !commandLineOf(pid).includes('flock'))
  return pids.length > 0 ? pids : null
}

function pidsWith(words: readonly string[]): number[] {
  const pids = listProcesses().map(({ pid }) => pid)
  return pids.filter((pid) => pid !== process.pid && words.every((word) => commandLineOf(pid).includes(word)))
}

function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

function git(on: SwitchHost) {
  return createGit({ environment: on.environment })
}

function save(name = 'saved'): string {
  const copy = join(host.root, name)
  rmSync(copy, { recursive: true, force: true })
  cpSync(host.directory, copy, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true })
  return copy
}

function restoreFrom(copy: string): void {
  rmSync(host.directory, { recursive: true, force: true })
  cpSync(copy, host.directory, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true })
}

function expectNoLitter(): void {
  const names = readdirSync(host.directory, { recursive: true, encoding: 'utf8' })
  const own = names.filter((name) => !name.startsWith('.belay') && !name.startsWith('releases'))
  expect(own.filter((name) => name.endsWith('.belay') || name.endsWith('.tmp'))).toEqual([])
}

function run(args: readonly string[], breaking: Record<string, string>) {
  const preload = resolve(import.meta.dirname, '../fixtures/break-at.ts')
  const options = ['--disable-warning=ExperimentalWarning', '--import', preload]
  const result = spawnSync(process.execPath, [...options, switchProgram, ...args], {
    env: { ...host.environment, ...breaking },
    encoding: 'utf8',
  })
  return { killed: result.signal === 'SIGKILL', exitCode: result.status, stderr: result.stderr }
}
