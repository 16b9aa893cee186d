import { chownSync, existsSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sha256Of } from '../../activities/disk/sha256.ts'
import { put, type SwitchHost, switchHost, textOf } from './switch-host.ts'

let host: SwitchHost
beforeEach(() => {
  host = switchHost()
})
afterEach(() => host.end())

describe('a switch forward', () => {
  test('puts configuration, code and marker of the release in place, and tells what it read back', async () => {
    const prepared = await host.prepare('1.0.0', 'd-1')
    const result = await host.activities.switchRelease(prepared)
    const owner = `${process.getuid?.()}:${process.getgid?.()}`
    expect(host.world()).toEqual({
      config: `640 ${owner} {"version":"1.0.0"}\n`,
      limits: `640 ${owner} limit 1.0.0\n`,
      marker: `644 ${owner} ${prepared.markerText}`,
      current: 'releases/1.0.0',
      etc: true,
    })
    expect(result).toEqual({
      configuration: [
        { target: join(host.directory, 'config.json'), sha256: sha256Of('{"version":"1.0.0"}\n') },
        { target: join(host.directory, 'etc/deep/limits.conf'), sha256: sha256Of('limit 1.0.0\n') },
      ],
      releaseDirectory: prepared.releaseDirectory,
      markerSha256: sha256Of(prepared.markerText),
      edited: [],
    })
  })

  test('happens once, however often it is asked for', async () => {
    const prepared = await host.prepare('1.0.0', 'd-1')
    const both = await Promise.all([host.activities.switchRelease(prepared), host.activities.switchRelease(prepared)])
    expect(both[0]).toEqual(both[1])
    const before = statSync(join(host.directory, 'config.json')).ino
    expect(await host.activities.switchRelease(prepared)).toEqual(both[0])
    expect(statSync(join(host.directory, 'config.json')).ino).toBe(before)
  })

  test('keeps mode and owner of the files that are there, and makes a program of what git calls one', async () => {
    put(join(host.directory, 'config.json'), 'by hand', 0o604)
    // Only root can give a file to somebody; anybody else can still keep their own.
    const [uid, gid] = process.getuid?.() === 0 ? [12_345, 54_321] : [process.getuid?.() ?? 0, process.getgid?.() ?? 0]
    chownSync(join(host.directory, 'config.json'), uid, gid)
    const prepared = await host.prepare('1.0.0', 'd-1')
    put(join(prepared.releaseDirectory, 'config/limits.conf'), '#!/bin/sh\n', 0o755)
    await host.activities.switchRelease(prepared)
    expect(host.world()).toMatchObject({ config: `604 ${uid}:${gid} {"version":"1.0.0"}\n` })
    expect(host.world().limits).toMatch(/^750 /)
  })

  test('is refused without a restore point, and changes nothing', async () => {
    const order = await host.claim('d-1')
    const plan = host.plan('1.0.0', 'd-1')
    const before = host.world()
    const asked = { order, plan, releaseDirectory: host.release('1.0.0'), markerText: textOf(plan), try: 1 }
    await expect(host.activities.switchRelease(asked)).rejects.toMatchObject({ type: 'Invalid' })
    expect(host.world()).toEqual(before)
  })

  test('is refused to whoever does not hold the host', async () => {
    const prepared = await host.prepare('1.0.0', 'd-1')
    const late = { ...prepared, order: { ...prepared.order, fence: prepared.order.fence + 1 } }
    await expect(host.activities.switchRelease(late)).rejects.toMatchObject({ type: 'Fenced' })
  })

  test.each([
    ['a source that the release does not have', 'config/none.json'],
    ['a source that leaves the release', 'config/leaving.json'],
    ['a source with ".."', '../../secret'],
  ])('is refused for %s', async (_, source) => {
    const prepared = await host.prepare('1.0.0', 'd-1')
    put(join(host.root, 'secret'), 'secret')
    symlinkSync(join(host.root, 'secret'), join(prepared.releaseDirectory, 'config/leaving.json'))
    const configuration = [{ source, target: join(host.directory, 'config.json'), loaded: null }]
    const asked = { ...prepared, plan: { ...prepared.plan, configuration } }
    await expect(host.activities.switchRelease(asked)).rejects.toMatchObject({ type: 'Invalid', nonRetryable: true })
    expect(host.world()).toMatchObject({ config: null, current: null })
  })

  test('comes too late once its rollback has begun', async () => {
    const prepared = await host.prepare('1.0.0', 'd-1')
    const { order, plan } = prepared
    const target = await host.activities.resolveTarget({ order, to: null, deployment: 'd-1' })
    await host.activities.switchBack({ order, plan, target, only: 'all', markerText: null, try: 1 })
    await expect(host.activities.switchRelease(prepared)).rejects.toMatchObject({ type: 'Fenced' })
    expect(host.world()).toMatchObject({ config: null, current: null, marker: null })
  })
})

describe('a switch back', () => {
  test('brings content, mode and owner, code and a new marker', async () => {
    put(join(host.directory, 'etc/deep/limits.conf'), 'old', 0o600)
    const first = await host.deploy('1.0.0', 'd-1')
    const before = host.world()
    const prepared = await host.prepare('1.1.0', 'd-2')
    await host.activities.switchRelease(prepared)
    expect(host.world()).not.toEqual(before)
    const { order, plan } = prepared
    const target = { over: ['d-2'], record: first, migrations: null, catalog: null }
    const marker = textOf({ ...plan, release: first.release }, 'belay')
    const asked = { order, plan, target, only: 'all', markerText: marker, try: 1 } as const
    const result = await host.activities.switchBack(asked)
    expect(host.world()).toEqual({ ...before, marker: `${before.marker?.split('{')[0]}${marker}` })
    expect(result).toMatchObject({
      configuration: first.configuration,
      releaseDirectory: first.releaseDirectory,
      edited: [],
    })
    expect(await host.activities.switchBack(asked)).toEqual(result)
  })

  test('of a first deployment restores absence, with the directories that were made for it', async () => {
    const prepared = await host.prepare('1.0.0', 'd-1')
    await host.activities.switchRelease(prepared)
    const { order, plan } = prepared
    const target = await host.activities.resolveTarget({ order, to: null, deployment: 'd-1' })
    expect(target).toEqual({ over: ['d-1'], record: null, migrations: null, catalog: null })
    const result = await host.activities.switchBack({ order, plan, target, only: 'all', markerText: null, try: 1 })
    expect(host.world()).toEqual({ config: null, limits: null, marker: null, current: null, etc: false })
    expect(result).toMatchObject({ releaseDirectory: null, markerSha256: null })
    expect(result.configuration.map((file) => file.sha256)).toEqual([null, null])
    expect(await host.activities.readMarker({ order, file: plan.marker.file })).toEqual({ marker: null, problem: null })
  })

  test('changes nothing where the deployment had changed nothing', async () => {
    await host.deploy('1.0.0', 'd-1')
    const before = host.world()
    const order = await host.claim('d-2')
    const plan = host.plan('1.1.0', 'd-2')
    const target = await host.activities.resolveTarget({ order, to: null, deployment: 'd-2' })
    expect(target).toMatchObject({ over: [], record: { deployment: 'd-1' } })
    const marker = textOf({ ...plan, release: target.record?.release ?? plan.release })
    await host.activities.switchBack({ order, plan, target, only: 'all', markerText: marker, try: 1 })
    expect(host.world()).toEqual({ ...before, marker: expect.stringContaining(marker) })
  })

  test('over two deployments brings what was there before both', async () => {
    const first = await host.deploy('1.0.0', 'd-1')
    const before = host.world()
    await host.deploy('1.1.0', 'd-2')
    await host.deploy('1.2.0', 'd-3')
    const order = await host.claim('r-1', true)
    const target = await host.activities.resolveTarget({ order, to: '1.0.0', deployment: null })
    expect(target).toMatchObject({ over: ['d-3', 'd-2'], record: first })
    const plan = host.plan('1.2.0', 'r-1')
    const markerText = textOf({ ...plan, release: first.release })
    await host.activities.switchBack({ order, plan, target, only: 'all', markerText, try: 1 })
    expect(host.world()).toMatchObject({ config: before.config, limits: before.limits, current: before.current })
  })

  test('keeps the edit of somebody else before it goes over it, and says so', async () => {
    const first = await host.deploy('1.0.0', 'd-1')
    const prepared = await host.prepare('1.1.0', 'd-2')
    await host.activities.switchRelease(prepared)
    writeFileSync(join(host.directory, 'config.json'), 'edited at night')
    const { order, plan } = prepared
    const target = { over: ['d-2'], record: first, migrations: null, catalog: null }
    const markerText = textOf({ ...plan, release: first.release })
    const result = await host.activities.switchBack({ order, plan, target, only: 'all', markerText, try: 1 })
    expect(result.edited).toEqual([join(host.directory, 'config.json')])
    const side = join(host.directory, '.belay/restore-points/d-2/edited')
    const [name = ''] = readdirSync(side)
    expect(readFileSync(join(side, name), 'utf8')).toBe('edited at night')
    expect(statSync(join(side, name)).mode & 0o777).toBe(0o600)
    expect(host.world().config).toContain('1.0.0')
  })

  test('of the configuration only leaves the code, and of the marker only leaves the rest', async () => {
    const first = await host.deploy('1.0.0', 'd-1')
    const before = host.world()
    const second = await host.deploy('1.1.0', 'd-2')
    const order = await host.claim('r-1', true)
    const plan = host.plan('1.1.0', 'r-1')
    const markerText = textOf({ ...plan, release: second.release }, 'ann')
    const target = { over: ['d-2'], record: first, migrations: null, catalog: null }
    const asked = { order, plan, target, markerText }
    const told = await host.activities.switchBack({ ...asked, only: 'marker', try: 1 })
    expect(told.configuration).toEqual(second.configuration)
    expect(host.world()).toMatchObject({ current: 'releases/1.1.0', config: expect.stringContaining('1.1.0') })
    await host.activities.switchBack({ ...asked, only: 'configuration', try: 2 })
    expect(host.world()).toMatchObject({ current: 'releases/1.1.0', config: before.config, limits: before.limits })
    expect(host.world().marker).toContain('"deployed_by": "ann"')
  })

  test('writes a marker by hand where nothing was ever deployed', async () => {
    const order = await host.claim('m-1')
    const plan = host.plan('1.0.0', 'm-1')
    const target = { over: [], record: null, migrations: null, catalog: null }
    await host.activities.switchBack({ order, plan, target, only: 'marker', markerText: textOf(plan), try: 1 })
    expect(host.world()).toMatchObject({ marker: expect.stringContaining('1.0.0'), config: null, current: null })
  })
})

describe('a restore point', () => {
  test('stands as it was captured first, and never holds the bytes', async () => {
    put(join(host.directory, 'config.json'), 'a secret of the old configuration', 0o604)
    const { order, plan, point, ...prepared } = await host.prepare('1.0.0', 'd-1')
    expect(JSON.stringify(point)).not.toContain('a secret')
    expect(point.configuration[0]).toMatchObject({ mode: 0o604 })
    await host.activities.switchRelease({ order, plan, ...prepared })
    const again = { order, plan, migrations: null, catalog: null }
    expect(await host.activities.captureRestorePoint(again)).toEqual(point)
    const contents = join(host.directory, '.belay/contents')
    for (const name of readdirSync(contents)) expect(statSync(join(contents, name)).mode & 0o777).toBe(0o600)
    expect(statSync(contents).mode & 0o777).toBe(0o700)
  })

  test('of something that cannot be one is refused', async () => {
    const target = join(host.directory, 'config.json')
    put(join(host.root, 'elsewhere'), 'untouched')
    symlinkSync(join(host.root, 'elsewhere'), target)
    await expect(host.prepare('1.0.0', 'd-1')).rejects.toMatchObject({ type: 'UnsafePath', nonRetryable: true })
    expect(readFileSync(join(host.root, 'elsewhere'), 'utf8')).toBe('untouched')
  })
})

test('a place that becomes unsafe after the capture is refused before anything is changed', async () => {
  const prepared = await host.prepare('1.0.0', 'd-1')
  put(join(host.root, 'elsewhere/limits.conf'), 'untouched')
  symlinkSync(join(host.root, 'elsewhere'), join(host.directory, 'etc'))
  await expect(host.activities.switchRelease(prepared)).rejects.toMatchObject({ type: 'UnsafePath' })
  expect(host.world()).toMatchObject({ config: null, current: null, marker: null })
  rmSync(join(host.directory, 'etc'))
  expect(existsSync(join(host.root, 'elsewhere/deep'))).toBe(false)
  // With the way clear, a second try goes through: it was the symlink.
  await host.activities.switchRelease({ ...prepared, try: 2 })
  expect(host.world()).toMatchObject({ current: 'releases/1.0.0' })
})
