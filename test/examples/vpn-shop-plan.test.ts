import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeRepository, type Site, versions } from '../../examples/vpn-shop/make-repository.ts'
import { postItems, preItems, runbookManualItems, verificationSteps } from '../../src/domain/checklist.ts'
import { planOf } from './plan.ts'
import { example } from './shop.ts'

let root = ''

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'belay-example-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

describe("the example's belay.yaml", () => {
  test.each(['production', 'staging'])(
    'is a plan for %s that answers every item of the runbook',
    async (environment) => {
      const plan = planOf(await readFile(join(example, 'belay.yaml'), 'utf8'), environment)
      expect(Object.keys(plan.gate.items)).toEqual([...preItems])
      expect(Object.keys(plan.after.post)).toEqual([...postItems])
      expect(Object.keys(plan.after.manual)).toEqual([...runbookManualItems])
      expect(Object.keys(plan.verification)).toEqual([...verificationSteps])
      expect(Object.values(plan.verification).filter((step) => 'notApplicable' in step)).toEqual([])
      expect(plan.monitoring).toMatchObject({ windowMs: 600_000, afterRollbackMs: 300_000 })
      expect(plan.ignoredSafeties).toEqual([])
    },
  )

  test('staging and production share no address, no directory and no database', async () => {
    const text = await readFile(join(example, 'belay.yaml'), 'utf8')
    const [production, staging] = ['production', 'staging'].map((environment) => {
      const { layout, serving, database, configuration, checks, marker, log } = planOf(text, environment)
      return JSON.stringify({ layout, serving, database, configuration, checks, marker, log })
    })
    expect(production).toContain(':8080/')
    expect(staging).toContain(':8081/')
    for (const word of [':8081/', '/staging', 'STAGING']) expect(production).not.toContain(word)
    for (const word of [':8080/', '/production', 'PRODUCTION']) expect(staging).not.toContain(word)
  })
})

describe("the demo's repository", () => {
  const site: Site = {
    root: '/tmp/shop here',
    ports: { production: 8081, staging: 18081, vpnApi: 18090, paymentProvider: 18091 },
    window: { length: '40s', interval: '2s', afterRollback: '10s', reason: 'the demo shortens time' },
    fallIllAfterMs: 1234,
  }

  test('has a commit and a tag for each release, and is the same each time', async () => {
    const [first, second] = await Promise.all([makeRepository(join(root, 'a')), makeRepository(join(root, 'b'))])
    expect(Object.keys(first.tags)).toEqual(versions.map((version) => `v${version}`))
    expect(second.tags).toEqual(first.tags)
    const { stdout } = await execa('git', ['-C', first.directory, 'rev-list', '--reverse', 'main'])
    expect(stdout.split('\n')).toEqual(Object.values(first.tags))
    for (const [tag, commit] of Object.entries(first.tags)) {
      const resolved = await execa('git', ['-C', first.directory, 'rev-parse', `${tag}^{commit}`])
      expect(resolved.stdout).toBe(commit)
      expect(await fileAt(first.directory, tag, 'package.json')).toContain(`"version": "${tag.slice(1)}"`)
    }
  })

  test('refuses a directory that holds something, and leaves it as it is', async () => {
    const { directory } = await makeRepository(join(root, 'taken'))
    const before = await execa('git', ['-C', directory, 'rev-parse', 'main'])
    await expect(makeRepository(directory)).rejects.toThrow('expected an empty directory')
    expect((await execa('git', ['-C', directory, 'rev-parse', 'main'])).stdout).toBe(before.stdout)
  })

  test('goes where the site says: directory, ports, window with its reason on the record, illness', async () => {
    const { directory } = await makeRepository(join(root, 'placed'), site)
    const plan = planOf(await fileAt(directory, 'v1.2.0', 'belay.yaml'), 'production')
    expect(plan.layout.directory).toBe('/tmp/shop here/production')
    expect(plan.serving?.http).toBe('http://127.0.0.1:8081/health')
    expect(plan.monitoring).toMatchObject({ windowMs: 40_000, afterRollbackMs: 10_000 })
    expect(plan.monitoring.checks.map((watched) => watched.intervalMs)).toEqual(plan.monitoring.checks.map(() => 2_000))
    expect(plan.ignoredSafeties).toEqual([{ rule: 'short_window', reason: 'the demo shortens time', by: 'belay.yaml' }])
    expect(JSON.parse(await fileAt(directory, 'v1.2.0', 'config/production.json'))).toMatchObject({
      port: 8081,
      vpnApi: 'http://127.0.0.1:18090',
      paymentProvider: 'http://127.0.0.1:18091',
      fallIllAfterMs: 1234,
    })
    expect(JSON.parse(await fileAt(directory, 'v1.2.0', 'config/staging.json'))).toMatchObject({ port: 18081 })
  })

  test('brings a migration and another configuration with each release after the first', async () => {
    const { directory } = await makeRepository(join(root, 'changes'))
    for (const [index, version] of versions.entries()) {
      const { stdout } = await execa('git', ['-C', directory, 'ls-tree', '--name-only', `v${version}`, 'migrations/'])
      expect(stdout.split('\n')).toHaveLength(index + 1)
    }
    const contents = versions.map((version) => fileAt(directory, `v${version}`, 'config/production.json'))
    expect(new Set(await Promise.all(contents)).size).toBe(versions.length)
  })
})

async function fileAt(directory: string, tag: string, file: string): Promise<string> {
  const { stdout } = await execa('git', ['-C', directory, 'show', `${tag}:${file}`])
  return stdout
}
