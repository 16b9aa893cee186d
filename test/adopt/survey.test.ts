import { chmodSync, copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createAdoptActivities } from '../../activities/adopt/activities.ts'
import type { NamedProcess } from '../../src/domain/adoption.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { planFor } from '../history/plan.ts'
import { type ByHand, byHand, endAll } from '../process/by-hand.ts'
import { kept, serviceHost, servicePath } from '../process/service-host.ts'

vi.setConfig({ testTimeout: 60_000 })

let host: Awaited<ReturnType<typeof serviceHost>>
const started: ByHand[] = []

beforeEach(async () => {
  host = await serviceHost()
  symlinkSync('releases/1.0.0', join(host.directory, 'current'))
})

afterEach(() => {
  endAll(started.splice(0))
  host.end()
})

test('a process is found by its command and place, however its paths are written', async () => {
  copyFileSync(servicePath, join(host.releases.one, 'service.ts'))
  const script = join(host.directory, 'current', 'service.ts')
  const pid = await run([process.execPath, script], '/')
  const found = await survey({ processes: [command('node', 'service.ts')] })
  expect(found).toMatchObject({
    releaseDirectory: host.releases.one,
    problems: [],
    processes: [{ process: 'web', pid }],
  })
})

test('a program with an interpreter line is found by its own name', async () => {
  const program = join(host.releases.one, 'web')
  writeFileSync(program, '#!/usr/bin/env node\nsetInterval(() => {}, 1000)\n')
  chmodSync(program, 0o755)
  const pid = await run(['./web'], host.releases.one)
  expect(await survey({ processes: [command('./web')] })).toMatchObject({ problems: [], processes: [{ pid }] })
})

test('other programs in the directory, and the same one elsewhere, are not the process', async () => {
  await run([process.execPath, servicePath, 'stubborn'], host.releases.one)
  await run([process.execPath, servicePath], host.releases.two)
  const { problems } = await survey({ processes: [kept('web')] })
  expect(problems).toHaveLength(1)
  expect(problems[0]).toMatch(
    /expected a process of web in .*, found none; start it, or name it with --pid web=PID \(there: \d+ node\)/,
  )
})

test('two of them are not guessed between, and --pid says which', async () => {
  const [one, two] = [
    await run([process.execPath, servicePath], host.releases.one),
    await run([process.execPath, servicePath], host.releases.one),
  ]
  const { problems } = await survey({ processes: [kept('web')] })
  expect(problems[0]).toContain('expected one process of web, found 2')
  const named = await survey({ processes: [kept('web')], named: [{ process: 'web', host: null, by: { pid: two } }] })
  expect(named).toMatchObject({ problems: [], processes: [{ pid: two }] })
  expect(one).not.toBe(two)
})

test('--pid-file is read on the host; --pid of what has nothing to do with it, or of Belay itself, is refused', async () => {
  const pid = await run([process.execPath, servicePath, 'stubborn'], host.releases.one)
  const file = join(host.directory, 'web.pid')
  const ask = async (by: NamedProcess['by']) =>
    await survey({ processes: [kept('web')], named: [{ process: 'web', host: null, by }] })
  expect((await ask({ pidFile: file })).problems[0]).toContain('found none that can be read')
  writeFileSync(file, `${pid}\n`)
  expect(await ask({ pidFile: file })).toMatchObject({ problems: [], processes: [{ pid }] })
  writeFileSync(file, 'web')
  expect((await ask({ pidFile: file })).problems[0]).toContain('expected a pid in')
  expect((await ask({ pid: host.stranger('/') })).problems[0]).toContain('or runs a file of it')
  expect((await ask({ pid: process.pid })).problems[0]).toContain("is Belay's own agent")
})

test('a marker, or a revision, of another release is in the way', async () => {
  writeFileSync(join(host.releases.one, 'REVISION'), `${'b'.repeat(40)}\n`)
  const marker = {
    version: '9.9.9',
    timestamp: '2026-01-01T00:00:00Z',
    commit: 'a'.repeat(40),
    environment: 'prod',
    deployed_by: 'ann',
  }
  writeFileSync(join(host.directory, '.deployment_marker'), JSON.stringify(marker))
  const { problems } = await survey({ processes: [] })
  expect(problems[0]).toContain('got bbbbbbbbbbbb by its REVISION file; name the version or --commit that runs')
  expect(problems[1]).toContain('expected version 1.0.0, got 9.9.9')
})

test.each(['/', '/nowhere-at-all', 'releases', '.belay'])('--from %s is no release', async (from) => {
  const path = from.startsWith('/') ? from : join(host.directory, from)
  await expect(survey({ processes: [], from: path })).rejects.toMatchObject({ type: 'Invalid' })
})

test('configuration that was changed after the start is told of', async () => {
  await run([process.execPath, servicePath], host.releases.one)
  const target = join(host.directory, 'config.json')
  writeFileSync(target, '{}')
  const { warnings, configuration } = await survey({
    processes: [kept('web')],
    configuration: [{ source: 'config.json', target, loaded: null }],
  })
  expect(configuration).toMatchObject([{ target, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }])
  expect(warnings.some((line) => line.includes('after the service started'))).toBe(true)
})

function command(...words: string[]) {
  const process = kept('web')
  return { ...process, run: { by: 'keeper', command: words, log: 'web.log', env: {} } as const }
}

async function run(words: readonly string[], cwd: string): Promise<number> {
  const made = byHand({ command: words, cwd })
  started.push(made)
  return await made.pid()
}

async function survey(given: {
  processes: Plan['layout']['processes']
  configuration?: Plan['configuration']
  from?: string
  named?: NamedProcess[]
}) {
  const world = { clock: () => new Date(), environment: { PATH: process.env.PATH }, steps: host.steps }
  const base = planFor({ version: '1.0.0', commit: 'a'.repeat(40), deployment: 'd1' })
  const { directory } = host
  const plan: Plan = {
    ...base,
    environment: 'prod',
    layout: { ...base.layout, directory, roots: [directory], mode: 'worktree', processes: given.processes },
    marker: { ...base.marker, file: join(directory, '.deployment_marker') },
    configuration: given.configuration ?? [],
  }
  mkdirSync(join(host.directory, '.belay'), { recursive: true })
  const asked = { order: host.unclaimed, plan, from: given.from ?? null, named: given.named ?? [] }
  return await createAdoptActivities(world).surveyHost(asked)
}
