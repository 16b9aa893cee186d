import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createGit } from '../../activities/git/git.ts'
import { settleCheckout } from '../../activities/switch/checkout-state.ts'
import { git, type ReleaseHost, releaseHost, textOf } from './release-host.ts'

let host: ReleaseHost
beforeEach(() => {
  host = releaseHost('in_place')
})
afterEach(() => host.end())

const build = [[process.execPath, '-e', `fs.writeFileSync('built', fs.readFileSync('app.txt'))`]]

test('in place a release is checked out, built, and taken back to the one before', async () => {
  const one = withConfiguration('1.0.0', host.commit({ 'app.txt': 'one', 'config/production.json': 'first' }), 'd-1')
  const first = await host.deploy(one)
  expect(first.releaseDirectory).toBe(host.directory)
  expect(read('app.txt', 'built', 'config.json')).toEqual(['one', 'one', 'first'])
  const two = withConfiguration('1.1.0', host.commit({ 'app.txt': 'two', 'config/production.json': 'second' }), 'd-2')
  await host.deploy(two)
  expect(read('app.txt', 'built', 'config.json')).toEqual(['two', 'two', 'second'])
  writeFileSync(join(host.directory, 'app.txt'), 'mended at night')
  const order = await host.claim('r-1', true)
  const target = await host.switches.resolveTarget({ order, to: null, deployment: null })
  expect(target).toMatchObject({ over: ['d-2'], record: { deployment: 'd-1' } })
  const result = await host.switches.switchBack({
    order,
    plan: two,
    target,
    only: 'all',
    markerText: textOf(one),
    try: 1,
  })
  expect(read('app.txt', 'built', 'config.json')).toEqual(['one', 'one', 'first'])
  expect(git(host.directory, 'rev-parse', 'HEAD')).toBe(one.release.commit)
  expect(result).toMatchObject({ releaseDirectory: host.directory, edited: [host.directory] })
  const side = join(host.directory, '.belay/restore-points/d-2/edited')
  expect(readFileSync(join(side, readdirSync(side)[0] ?? ''), 'utf8')).toContain('+mended at night')
})

test('in place a first deployment that is taken back leaves nothing of the repository', async () => {
  const plan = withConfiguration('1.0.0', host.commit({ 'app.txt': 'one', 'config/production.json': 'x' }), 'd-1')
  const order = await host.claim('d-1')
  const { releaseDirectory } = await host.releases.fetchRelease({ order, ...plan })
  expect(existsSync(join(host.directory, 'app.txt'))).toBe(false)
  await host.switches.captureRestorePoint({ order, plan, migrations: null, catalog: null })
  await host.switches.switchRelease({ order, plan, releaseDirectory, markerText: textOf(plan), try: 1 })
  const target = await host.switches.resolveTarget({ order, to: null, deployment: 'd-1' })
  const result = await host.switches.switchBack({ order, plan, target, only: 'all', markerText: null, try: 1 })
  expect(result).toMatchObject({ releaseDirectory: null, markerSha256: null })
  for (const name of ['app.txt', 'config', 'config.json', '.deployment_marker']) {
    expect(existsSync(join(host.directory, name)), name).toBe(false)
  }
})

test('in place nothing that somebody changed is overwritten on the way forward', async () => {
  await host.deploy(withConfiguration('1.0.0', host.commit({ 'app.txt': 'one', 'config/production.json': 'x' }), 'd-1'))
  writeFileSync(join(host.directory, 'app.txt'), 'edited by hand')
  const two = withConfiguration('1.1.0', host.commit({ 'app.txt': 'two' }), 'd-2')
  await expect(host.deploy(two)).rejects.toMatchObject({ type: 'Invalid', message: expect.stringContaining('app.txt') })
  expect(read('app.txt', 'config.json')).toEqual(['edited by hand', 'x'])
})

test('in place a file that git does not know is not overwritten either', async () => {
  await host.deploy(withConfiguration('1.0.0', host.commit({ 'app.txt': 'one', 'config/production.json': 'x' }), 'd-1'))
  writeFileSync(join(host.directory, 'notes.txt'), 'mine')
  const two = withConfiguration('1.1.0', host.commit({ 'notes.txt': 'of the release' }), 'd-2')
  await expect(host.deploy(two)).rejects.toMatchObject({
    type: 'Invalid',
    message: expect.stringContaining('notes.txt'),
  })
  expect(read('notes.txt')).toEqual(['mine'])
})

test('a checkout that was killed half way leaves a lock that does not stop the next one', async () => {
  const plan = withConfiguration('1.0.0', host.commit({ 'app.txt': 'one', 'config/production.json': 'x' }), 'd-1')
  await host.deploy(plan)
  writeFileSync(join(host.directory, '.git/index.lock'), '')
  writeFileSync(join(host.directory, 'app.txt'), 'half')
  const head = { commit: plan.release.commit, branch: null }
  await settleCheckout(createGit({ environment: host.environment }), host.directory, head)
  expect(read('app.txt')).toEqual(['one'])
})

function withConfiguration(version: string, commit: string, deployment: string) {
  const target = join(host.directory, 'config.json')
  const configuration = [{ source: 'config/{environment}.json', target, loaded: null }]
  return { ...host.plan(version, commit, deployment, { build }), configuration }
}

function read(...names: string[]): string[] {
  return names.map((name) => readFileSync(join(host.directory, name), 'utf8'))
}
