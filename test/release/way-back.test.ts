import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type MigrationNote, writeNote as writeMigrationNote } from '../../activities/database/notes.ts'
import { type ReleaseHost, releaseHost, textOf } from './release-host.ts'

let host: ReleaseHost
let commit: string
beforeEach(() => {
  host = releaseHost()
  commit = host.commit({ 'app.txt': 'one', 'config/production.json': '{}' }, '1.0.0')
})
afterEach(() => host.end())

describe('the way back', () => {
  test('of a first deployment is absence, and looking for it changes nothing', async () => {
    const found = await wayBack()
    expect(found).toMatchObject({ ok: true, first: true, to: null })
    expect(found.detail).toContain('restore absence; the schema is kept')
    expect(existsSync(host.directory)).toBe(false)
  })

  test('leads to the release of record, as it was built', async () => {
    await host.deploy(host.plan('1.0.0', commit, 'd-1'))
    expect(await wayBack()).toMatchObject({ ok: true, first: false, to: { version: '1.0.0', commit } })
  })

  test('is missing when that release is gone', async () => {
    const record = await host.deploy(host.plan('1.0.0', commit, 'd-1'))
    rmSync(record.releaseDirectory, { recursive: true })
    expect(await wayBack()).toMatchObject({ ok: false, detail: expect.stringContaining('is gone') })
  })

  test.each([
    ['a configuration file that is a symlink', (target: string) => symlinkSync('/etc/hostname', target)],
    ['a directory where a configuration file belongs', (target: string) => mkdirSync(target)],
    ['a pipe', (target: string) => void execFileSync('mkfifo', [target])],
  ])('is missing for %s', async (_, place) => {
    await host.deploy(host.plan('1.0.0', commit, 'd-1'))
    place(join(host.directory, 'config.json'))
    expect(await wayBack()).toMatchObject({ ok: false, detail: expect.stringContaining('expected an ordinary file') })
  })

  test('is missing when something else is where the link to the live release belongs', async () => {
    mkdirSync(join(host.directory, 'current'), { recursive: true })
    expect(await wayBack()).toMatchObject({
      ok: false,
      detail: expect.stringContaining('expected a symlink or nothing'),
    })
  })
})

describe('a marker', () => {
  test('is ready when it says what is deployed and can be put where it belongs', async () => {
    const plan = host.plan('1.0.0', commit, 'd-1')
    expect(await checkMarker(textOf(plan))).toMatchObject({ ok: true })
    expect(existsSync(host.directory)).toBe(false)
  })

  test.each([
    ['another version', { version: '9.9.9' }, 'version: expected 1.0.0'],
    ['another environment', { environment: 'staging' }, 'environment: expected production'],
    ['a timestamp with parts of a second', { timestamp: '2026-01-15T10:30:00.123Z' }, 'a timestamp that is not UTC'],
    ['a word too many', { note: 'x' }, 'the keys version, timestamp'],
  ])('is not ready with %s', async (_, change, why) => {
    const content = { ...JSON.parse(textOf(host.plan('1.0.0', commit, 'd-1'))), ...change }
    expect(await checkMarker(JSON.stringify(content))).toMatchObject({
      ok: false,
      detail: expect.stringContaining(why),
    })
  })

  test('is not ready outside of the roots', async () => {
    const plan = host.plan('1.0.0', commit, 'd-1')
    const outside = { ...plan, marker: { ...plan.marker, file: join(host.root, 'marker') } }
    const order = orderOf('d-1')
    const found = await host.releases.checkMarker({ order, plan: outside, text: textOf(plan) })
    expect(found).toMatchObject({ ok: false, detail: expect.stringContaining('a place outside') })
  })
})

describe('pruning', () => {
  test('keeps what is live, of record, protected or new, and removes the rest once', async () => {
    for (const [index, version] of ['1.0.0', '1.1.0', '1.2.0', '1.3.0'].entries()) {
      const id = host.commit({ 'app.txt': version }, version)
      await host.deploy(host.plan(version, id, `d-${index + 1}`))
    }
    const order = await host.claim('d-5')
    const { records } = await host.host.inspectHost({ order })
    await host.host.finishHost({ order, records: records.slice(0, 2) })
    const next = await host.claim('d-6')
    const protect = [join(host.directory, 'releases/1.0.0')]
    const asked = { order: next, keep: 1, protect }
    const removed = [join(host.directory, 'releases/1.1.0')]
    expect(await host.releases.pruneReleases(asked)).toEqual({ removed })
    expect(await host.releases.pruneReleases(asked)).toEqual({ removed: [] })
    const left = ['1.0.0', '1.2.0', '1.3.0'].map((name) => existsSync(join(host.directory, 'releases', name)))
    expect(left).toEqual([true, true, true])
    expect(existsSync(join(host.directory, 'releases/1.1.0'))).toBe(false)
  })

  test('keeps the release whose files a rollback would need for its migrations', async () => {
    const plans = ['1.0.0', '1.1.0', '1.2.0'].map((version, index) =>
      host.plan(version, host.commit({ 'app.txt': version }), `d-${index + 1}`),
    )
    const records = []
    for (const plan of plans) records.push(await host.deploy(plan))
    const [one, two, three] = records
    if (!one || !two || !three) throw new Error('expected three records')
    const own = { name: '002_more', releaseDirectory: two.releaseDirectory }
    const order = await host.claim('d-9')
    const newest = { ...three, migrations: [{ name: '001', releaseDirectory: one.releaseDirectory }, own] }
    const oldest = {
      ...three,
      deployment: 'd-0',
      migrations: [{ name: '001', releaseDirectory: one.releaseDirectory }],
    }
    await host.host.finishHost({ order, records: [newest, oldest] })
    const next = await host.claim('d-10')
    const { removed } = await host.releases.pruneReleases({ order: next, keep: 0, protect: [] })
    expect(removed).toEqual([one.releaseDirectory])
    expect(readFileSync(join(two.releaseDirectory, 'app.txt'), 'utf8')).toBe('1.1.0')
  })

  test('keeps what an earlier rollback kept, and what was given up: its release and its snapshot', async () => {
    const [one, two, three, four] = await fourReleases()
    const snapshots = { kept: 'a'.repeat(64), givenUp: 'b'.repeat(64), gone: 'c'.repeat(64) }
    for (const hash of Object.values(snapshots)) mkdirSync(snapshotAt(hash), { recursive: true })
    const first = { name: '001', releaseDirectory: one.releaseDirectory }
    const kept = { name: '002_kept', releaseDirectory: two.releaseDirectory, snapshot: snapshots.kept }
    const order = await host.claim('d-9')
    const oldest = { ...one, deployment: 'd-0', migrations: [first] }
    await host.host.finishHost({ order, records: [{ ...four, migrations: [first, kept] }, oldest] })
    const givenUp = noteOf('003_given_up', { releaseDirectory: three.releaseDirectory, snapshot: snapshots.givenUp })
    await writeMigrationNote(host.directory, givenUp)
    await writeMigrationNote(host.directory, { ...noteOf('004', { snapshot: snapshots.gone }), reverted: true })

    const asked = { order: await host.claim('d-10'), keep: 0, protect: [] }
    expect(await host.releases.pruneReleases(asked)).toEqual({ removed: [snapshotAt(snapshots.gone)] })
    expect([one, two, three, four].map(({ releaseDirectory }) => existsSync(releaseDirectory))).toEqual(
      Array(4).fill(true),
    )

    // Reverted, they are nobody's any more.
    await writeMigrationNote(host.directory, { ...givenUp, reverted: true })
    expect(await host.releases.pruneReleases(asked)).toEqual({
      removed: [three.releaseDirectory, snapshotAt(snapshots.givenUp)],
    })
  })

  async function fourReleases() {
    const records = []
    for (const [index, version] of ['1.0.0', '1.1.0', '1.2.0', '1.3.0'].entries()) {
      records.push(await host.deploy(host.plan(version, host.commit({ 'app.txt': version }), `d-${index + 1}`)))
    }
    const [one, two, three, four] = records
    if (!one || !two || !three || !four) throw new Error('expected four records')
    return [one, two, three, four] as const
  }

  function snapshotAt(hash: string): string {
    return join(host.directory, '.belay/migrations/snapshots', hash)
  }

  function noteOf(name: string, known: { releaseDirectory?: string; snapshot: string }): MigrationNote {
    const catalogs = { before: null, after: 'x', up: null, down: null }
    return {
      name,
      deployment: 'd',
      releaseDirectory: '/r',
      sha256: '',
      bytes: null,
      reverted: false,
      ...catalogs,
      ...known,
    }
  }
})

test('a root that is not there is told at the gate', async () => {
  const plan = host.plan('1.0.0', commit, 'd-1')
  const root = join(host.root, 'etc')
  const elsewhere = {
    ...plan,
    layout: { ...plan.layout, roots: [root] },
    marker: { ...plan.marker, file: join(root, 'marker') },
  }
  const asked = { order: orderOf('d-1'), plan: elsewhere, text: textOf(plan) }
  expect(await host.releases.checkMarker(asked)).toMatchObject({
    ok: false,
    detail: expect.stringContaining('make it first'),
  })
  mkdirSync(root)
  expect(await host.releases.checkMarker(asked)).toMatchObject({ ok: true })
})

async function wayBack() {
  const plan = host.plan('1.1.0', commit, 'd-2')
  const target = join(host.directory, 'config.json')
  const configuration = [{ source: 'config/{environment}.json', target, loaded: null }]
  return await host.releases.checkWayBack({ order: orderOf('d-2'), plan: { ...plan, configuration } })
}

async function checkMarker(text: string) {
  return await host.releases.checkMarker({ order: orderOf('d-1'), plan: host.plan('1.0.0', commit, 'd-1'), text })
}

function orderOf(deployment: string) {
  const names = { service: 'shop', environment: 'production', host: 'app-1', directory: host.directory }
  return { protocol: 1 as const, deployment, runId: 'run', fence: 0, ...names }
}
