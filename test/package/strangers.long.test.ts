import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createDatabase, query } from '../support/postgres.ts'
import { installPacked, type Packed } from './packed.ts'
import { copyFiles, openStranger } from './stranger.ts'

/** Services that nobody here wrote, deployed, broken and rolled back by somebody who has nothing but the package. */
let home: string
let packed: Packed

beforeAll(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'belay-stranger-')))
  packed = await installPacked(home)
})

afterAll(async () => {
  await rm(home, { recursive: true, force: true, maxRetries: 5 })
})

const execFileAsync = promisify(execFile)

test.each(['posts-api', 'river-ui'])('the configuration of %s fits on forty lines', async (service) => {
  const text = await readFile(join(import.meta.dirname, service, 'belay.yaml'), 'utf8')
  expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(40)
})

test('an npm server in two real versions goes live; its next major version does not start, and comes back', async () => {
  const service = await openStranger(packed, home, 'posts-api')
  onTestFinished(service.close)
  const serves = () => fetch(`http://127.0.0.1:${service.port}/posts`).then((response) => response.json())
  const jsonServer = async (version: string, with_: string) => {
    const manifest = { name: 'posts-api', version, private: true, dependencies: { 'json-server': with_ } }
    const files = {
      'package.json': JSON.stringify(manifest, null, 2),
      'db.json': JSON.stringify({ posts: [{ id: 1, title: 'hello', served_by: with_ }] }),
    }
    await service.release(version, files, { commands: [['npm', 'install', '--package-lock-only', '--no-audit']] })
  }
  await jsonServer('1.0.0', '0.17.3')
  await jsonServer('1.1.0', '0.17.4')
  await jsonServer('2.0.0', '1.0.0-beta.3')

  expect(await service.belay('validate')).toMatchObject({ code: 0 })
  expect(await service.deploy('1.0.0')).toMatchObject({ code: 0, text: expect.stringContaining('1.0.0 is live') })
  expect(await service.deploy('1.1.0')).toMatchObject({ code: 0, text: expect.stringContaining('1.1.0 is live') })
  expect(await serves()).toEqual([{ id: 1, title: 'hello', served_by: '0.17.4' }])

  const broken = await service.deploy('2.0.0')
  expect(broken).toMatchObject({ code: 11, text: expect.stringContaining('was rolled back to 1.1.0') })
  expect(broken.text).toContain("Unknown option '--read-only'")
  expect(await serves()).toEqual([{ id: 1, title: 'hello', served_by: '0.17.4' }])

  expect(await service.belay('rollback', 'production', '--reason', 'rather the older one')).toMatchObject({ code: 0 })
  expect(await serves()).toEqual([{ id: 1, title: 'hello', served_by: '0.17.3' }])
  const marker = JSON.parse(await readFile(join(service.directory, '.deployment_marker'), 'utf8'))
  expect(marker).toMatchObject({ version: '1.0.0', environment: 'production', deployed_by: 'ann@example.com' })
})

test('a Go program from the module proxy goes live with its migrations; a bad setting brings code and schema back', async () => {
  const database = await createDatabase()
  onTestFinished(database.drop)
  const service = await openStranger(packed, home, 'river-ui', { RIVER_DATABASE_URL: database.url })
  onTestFinished(service.close)
  const { repository } = service
  const go = async (...args: string[]) => (await execFileAsync('go', args, { cwd: repository })).stdout.trim()
  const river = async (version: string, module: string, prefix: string, migrations: readonly string[]) => {
    await go('get', '-tool', `riverqueue.com/riverui/cmd/riverui@${module}`)
    const from = join(await go('list', '-m', '-f', '{{.Dir}}', riverMigrations), 'migration', 'main')
    const names = (await readdir(from)).filter((name) => migrations.includes(name.slice(0, 3)))
    await copyFiles(from, join(repository, 'migrations'), names)
    await service.release(version, {}, { fill: { PREFIX: prefix } })
  }
  await go('mod', 'init', 'example.com/river-ui')
  await river('1.0.0', 'v0.21.0', '/', ['001', '002', '003', '004', '005'])
  await river('1.1.0', 'v0.22.0', '/', [])
  await river('1.2.0', 'v0.22.0', '/queues', ['006'])
  await river('1.3.0', 'v0.22.0', '/queues', ['007'])
  const columns = async () =>
    (
      await query(
        database.url,
        "select column_name as name from information_schema.columns where table_name = 'river_job'",
      )
    )
      .map((row) => String(row.name))
      .toSorted()
  const health = () => fetch(`http://127.0.0.1:${service.port}/api/health-checks/complete`).then(({ status }) => status)

  expect(await service.deploy('1.0.0')).toMatchObject({ code: 0, text: expect.stringContaining('1.0.0 is live') })
  const before = await columns()
  expect(await service.deploy('1.1.0')).toMatchObject({ code: 0, text: expect.stringContaining('1.1.0 is live') })

  const broken = await service.deploy('1.2.0')
  expect(broken).toMatchObject({ code: 11, text: expect.stringContaining('was rolled back to 1.1.0') })
  expect(broken.text).toContain('expected status 200, got status 404')
  expect(broken.text).toContain('reverted 006_bulk_unique; the catalog equals the one before')
  expect(await columns()).toEqual(before)
  expect(await health()).toBe(200)

  expect(await service.belay('rollback', 'production', '--yes')).toMatchObject({ code: 0 })
  expect(await service.belay('status', 'production')).toMatchObject({
    out: expect.stringContaining('version of record: 1.0.0'),
  })

  // The seventh of River's migrations drops two tables: no revert brings back what was in them, so nothing is reverted.
  const kept = await service.deploy('1.3.0')
  expect(kept).toMatchObject({ code: 11, text: expect.stringContaining('was rolled back to 1.0.0') })
  expect(kept.text).toMatch(/schema kept \(.*007_.*river_client.*dropped by the migration itself/)
  expect(await columns()).toEqual([...before, 'unique_states'].toSorted())
  expect(await health()).toBe(200)
})

const riverMigrations = 'github.com/riverqueue/river/riverdriver/riverpgxv5'
