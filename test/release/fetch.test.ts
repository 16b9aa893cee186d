import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readNote, writeNote } from '../../activities/release/release-note.ts'
import { git, type ReleaseHost, releaseHost } from './release-host.ts'

let host: ReleaseHost
beforeEach(() => {
  host = releaseHost()
})
afterEach(() => host.end())

/** A build that can be seen, and counted. */
const build = [[process.execPath, '-e', `fs.appendFileSync('built', 'x')`]]

describe('a release', () => {
  test('is fetched beside the live one, at exactly its commit', async () => {
    const first = host.commit({ 'app.txt': 'one' }, '1.0.0')
    host.commit({ 'app.txt': 'two' }, '1.1.0')
    const plan = host.plan('1.0.0', first, 'd-1')
    const order = await host.claim('d-1')
    const fetched = await host.releases.fetchRelease({ order, ...plan })
    expect(fetched).toEqual({ releaseDirectory: join(host.directory, 'releases/1.0.0'), reused: false })
    expect(readFileSync(join(fetched.releaseDirectory, 'app.txt'), 'utf8')).toBe('one')
    expect(git(fetched.releaseDirectory, 'rev-parse', 'HEAD')).toBe(first)
    expect(await host.releases.fetchRelease({ order, ...plan })).toEqual(fetched)
  })

  test('that was built before is used again; one that was not, or is changed since, gets another name', async () => {
    const commit = host.commit({ 'app.txt': 'one' }, '1.0.0')
    const first = await fetchAndBuild('d-1', commit)
    const second = await fetchAndBuild('d-2', commit)
    expect([first.reused, second.reused]).toEqual([false, true])
    expect(second.releaseDirectory).toBe(first.releaseDirectory)
    expect(readFileSync(join(first.releaseDirectory, 'built'), 'utf8')).toBe('x')
    writeFileSync(join(first.releaseDirectory, 'app.txt'), 'edited by hand')
    const third = await fetchAndBuild('d-3', commit)
    expect(basename(third.releaseDirectory)).toBe(`1.0.0-${commit.slice(0, 12)}`)
    expect(readFileSync(join(third.releaseDirectory, 'app.txt'), 'utf8')).toBe('one')
  })

  test('whose version was another commit before gets another name', async () => {
    const first = await fetchAndBuild('d-1', host.commit({ 'app.txt': 'one' }))
    const commit = host.commit({ 'app.txt': 'two' })
    const second = await fetchAndBuild('d-2', commit)
    expect(basename(second.releaseDirectory)).toBe(`1.0.0-${commit.slice(0, 12)}`)
    expect(readFileSync(join(first.releaseDirectory, 'app.txt'), 'utf8')).toBe('one')
  })

  test('in a directory that Belay did not make is never touched', async () => {
    const commit = host.commit({ 'app.txt': 'one' })
    mkdirSync(join(host.directory, 'releases/1.0.0'), { recursive: true })
    writeFileSync(join(host.directory, 'releases/1.0.0/precious'), 'mine')
    const { releaseDirectory } = await fetchAndBuild('d-1', commit)
    expect(basename(releaseDirectory)).toBe(`1.0.0-${commit.slice(0, 12)}`)
    expect(readFileSync(join(host.directory, 'releases/1.0.0/precious'), 'utf8')).toBe('mine')
  })

  test('that was left half fetched is made anew', async () => {
    const commit = host.commit({ 'app.txt': 'one', 'lib.txt': 'lib' })
    const order = await host.claim('d-1')
    const plan = host.plan('1.0.0', commit, 'd-1', { build })
    const { releaseDirectory } = await host.releases.fetchRelease({ order, ...plan })
    const note = await readNote(host.directory, '1.0.0')
    if (!note) throw new Error('expected a note')
    await writeNote(host.directory, { ...note, state: 'making' })
    renameSync(join(releaseDirectory, 'lib.txt'), join(releaseDirectory, 'half'))
    expect(await host.releases.fetchRelease({ order, ...plan })).toEqual({ releaseDirectory, reused: false })
    expect(existsSync(join(releaseDirectory, 'lib.txt'))).toBe(true)
    expect(existsSync(join(releaseDirectory, 'half'))).toBe(false)
  })

  test('that was seen before is fetched while its repository is away', async () => {
    const first = host.commit({ 'app.txt': 'one' })
    const second = host.commit({ 'app.txt': 'two' })
    await fetchAndBuild('d-1', second)
    renameSync(host.repository, `${host.repository}.away`)
    const order = await host.claim('d-2')
    const known = await host.releases.fetchRelease({ order, ...host.plan('0.9.0', first, 'd-2') })
    expect(readFileSync(join(known.releaseDirectory, 'app.txt'), 'utf8')).toBe('one')
    const unknown = host.plan('2.0.0', 'f'.repeat(40), 'd-2')
    const away = await host.releases.fetchRelease({ order, ...unknown }).catch((error: unknown) => error)
    // Not hopeless: the repository may come back.
    expect(away).toBeInstanceOf(Error)
    expect(away).not.toHaveProperty('nonRetryable', true)
    renameSync(`${host.repository}.away`, host.repository)
    await expect(host.releases.fetchRelease({ order, ...unknown })).rejects.toMatchObject({ type: 'Invalid' })
  })

  test('runs no hook and no program that the repository names', async () => {
    const commit = host.commit({ 'app.txt': 'one', '.gitmodules': '[submodule "x"]\n\tpath = x\n\turl = ../other\n' })
    const seen = join(host.root, 'hook-ran')
    const hooks = join(host.root, '.git-hooks')
    mkdirSync(hooks)
    writeFileSync(join(hooks, 'post-checkout'), `#!/bin/sh\ntouch ${seen}\n`, { mode: 0o755 })
    writeFileSync(join(host.root, '.gitconfig'), `[core]\n\thooksPath = ${hooks}\n`)
    const order = await host.claim('d-1')
    const { releaseDirectory } = await host.releases.fetchRelease({ order, ...host.plan('1.0.0', commit, 'd-1') })
    expect(existsSync(seen)).toBe(false)
    // With the same configuration but without Belay's care, it does.
    execute(host, releaseDirectory)
    expect(existsSync(seen)).toBe(true)
  })
})

describe('a location or commit is refused', () => {
  test.each([
    ['a transport helper', 'ext::sh -c touch% x'],
    ['an option', '--upload-pack=touch x'],
    ['a password', 'https://ann:hunter2@example.com/shop.git'],
    ['a password for ssh', 'ssh://ann:hunter2@example.com/shop.git'],
    ['a file address', 'file:///etc'],
    ['a host that is an option', 'ssh://-oProxyCommand=x/y'],
    ['a relative path', 'shop.git'],
  ])('%s, and a password is told nowhere', async (_, location) => {
    const order = await host.claim('d-1')
    const plan = host.plan('1.0.0', 'a'.repeat(40), 'd-1')
    const asked = { order, ...plan, repository: { ...plan.repository, location } }
    const error = await host.releases.fetchRelease(asked).catch((refusal: unknown) => refusal)
    expect(error).toMatchObject({ type: 'Invalid', nonRetryable: true })
    expect(String(error)).not.toContain('hunter2')
    expect(stateOf(host.directory)).not.toContain('hunter2')
  })

  test.each(['HEAD', '-x', 'abc1234', '--output=x'])('%s as a commit', async (commit) => {
    const order = await host.claim('d-1')
    const asked = host.releases.fetchRelease({ order, ...host.plan('1.0.0', commit, 'd-1') })
    await expect(asked).rejects.toMatchObject({ type: 'Invalid' })
  })

  test.each(['../1.0.0', '-1', '1.2.3; touch x', '$(id)'])('%s as a version', async (version) => {
    const order = await host.claim('d-1')
    const asked = host.releases.fetchRelease({ order, ...host.plan(version, host.commit({ a: 'a' }), 'd-1') })
    await expect(asked).rejects.toMatchObject({ type: 'Invalid' })
  })
})

describe('a build', () => {
  test('runs once, however often it is asked for', async () => {
    const { order, layout, releaseDirectory } = await fetched([...build])
    const asked = { order, layout, releaseDirectory, try: 1 }
    const both = await Promise.all([host.releases.buildRelease(asked), host.releases.buildRelease(asked)])
    expect(both[0]).toEqual(both[1])
    await host.releases.buildRelease({ ...asked, try: 2 })
    expect(readFileSync(join(releaseDirectory, 'built'), 'utf8')).toBe('x')
  })

  test('that fails says so with the end of its output, and its directory is never used', async () => {
    const failing = [[process.execPath, '-e', `console.log('cannot compile'); process.exit(3)`]]
    const { order, layout, releaseDirectory, commit } = await fetched(failing)
    const asked = host.releases.buildRelease({ order, layout, releaseDirectory, try: 1 })
    await expect(asked).rejects.toMatchObject({
      type: 'CommandFailed',
      nonRetryable: true,
      message: expect.stringContaining('exit 3\ncannot compile'),
    })
    await host.finish(order, null)
    const next = await host.claim('d-2')
    const again = await host.releases.fetchRelease({
      order: next,
      ...host.plan('1.0.0', commit, 'd-2', { build: failing }),
    })
    expect(again).toEqual({ releaseDirectory: `${releaseDirectory}-${commit.slice(0, 12)}`, reused: false })
  })

  test('outside of what was fetched is refused', async () => {
    const { order, layout } = await fetched([...build])
    symlinkSync(host.root, join(host.directory, 'releases/elsewhere'))
    for (const place of [host.root, join(host.directory, 'releases/elsewhere')]) {
      const asked = host.releases.buildRelease({ order, layout, releaseDirectory: place, try: 1 })
      await expect(asked).rejects.toMatchObject({ type: 'Invalid' })
    }
  })
})

async function fetched(commands: string[][]) {
  const commit = host.commit({ 'app.txt': 'one' })
  const order = await host.claim('d-1')
  const plan = host.plan('1.0.0', commit, 'd-1', { build: commands })
  const { releaseDirectory } = await host.releases.fetchRelease({ order, ...plan })
  return { order, layout: plan.layout, releaseDirectory, commit }
}

async function fetchAndBuild(deployment: string, commit: string) {
  const order = await host.claim(deployment)
  const plan = host.plan('1.0.0', commit, deployment, { build })
  const found = await host.releases.fetchRelease({ order, ...plan })
  await host.releases.buildRelease({ order, layout: plan.layout, releaseDirectory: found.releaseDirectory, try: 1 })
  await host.finish(order, null)
  return found
}

function execute({ root }: ReleaseHost, releaseDirectory: string): void {
  const home = { ...process.env, HOME: root }
  const result = spawnSync('git', ['-C', releaseDirectory, 'checkout', '--quiet', '--detach', 'HEAD'], { env: home })
  expect(result.status).toBe(0)
}

/** Everything that Belay wrote down on the host. */
function stateOf(directory: string): string {
  const names = readdirSync(join(directory, '.belay'), { recursive: true, encoding: 'utf8' })
  const files = names.map((name) => join(directory, '.belay', name)).filter((file) => statSync(file).isFile())
  return files.map((file) => readFileSync(file, 'utf8')).join('\n')
}
