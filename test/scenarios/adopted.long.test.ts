import { execFileSync } from 'node:child_process'
import { chmod, copyFile, cp, readFile, writeFile } from 'node:fs/promises'
import { delimiter, join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { terminalOf } from '../cli/terminal.ts'
import { eventually } from '../support/eventually.ts'
import { isRunning } from '../support/is-running.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { threeReleases } from './releases.ts'
import { git } from './repository.ts'
import { deployByCapistrano, deployByHand, fallsIll, startByHand, strangerIn } from './running-service.ts'
import { openWorld, type World } from './world.ts'

test('a plain directory without `current` is adopted where it is, and runs there again after a rollback', async () => {
  const world = await openWorld({ releases: threeReleases })
  const { belay } = await terminalOf(world)
  const shop = join(world.root, 'opt', 'shop')
  await deployByHand(world, '1.1.0', shop)
  const { pids, shell } = await startByHand(world, shop)
  const somebody = strangerIn(shop)
  expect(await adopt(belay)).toMatchObject({ code: 2, err: expect.stringContaining('with --from DIRECTORY') })
  expect(await adopt(belay, '--from', world.root)).toMatchObject({
    code: 2,
    err: expect.stringContaining('which holds more than that'),
  })
  const marker = join(world.directory, '.deployment_marker')
  const said = { version: '1.1.0', commit: world.commits.get('1.1.0'), environment: 'production', deployed_by: 'Eve' }
  const bytes = JSON.stringify({ timestamp: '2024-01-01T12:00:00Z', ...said })
  await writeFile(marker, bytes)
  const json = await adopt(belay, '--from', shop, '--json')
  expect(json).toMatchObject({ code: 0, err: expect.stringContaining(`in ${shop}`) })
  expect(JSON.parse(json.out)).toMatchObject({
    schema: 1,
    release: { version: '1.1.0' },
    hosts: [{ host: 'local', releaseDirectory: shop, problems: [], processes: [{ process: 'web' }, {}] }],
  })
  expect(await readFile(marker, 'utf8')).toBe(bytes)

  const back = { serving: '1.1.0', current: null, config: { limit: 10 }, migrations: ['001_users', '002_email'] }
  expect(await fallsIll(world, '1.2.0')).toMatchObject({ outcome: 'ROLLED_BACK', live: { version: '1.1.0' } })
  expect(await world.look()).toMatchObject(back)
  expect(pids.filter(isRunning)).toEqual([])
  expect([shell, somebody].filter(isRunning)).toEqual([shell, somebody])

  await belay('clear', 'production', '1.2.0', '--reason', 'mended')
  await world.live('1.2.0')
  expect(await belay('rollback', 'production')).toMatchObject({ code: 0 })
  expect(await world.look()).toMatchObject(back)
  expect(isRunning(somebody)).toBe(true)
})

test('a systemd unit that starts from `current` is adopted as it is; one that does not is refused', async () => {
  const home = await temporaryDirectory()
  await copyFile(resolve(import.meta.dirname, '../fixtures/systemctl'), join(home, 'systemctl'))
  await chmod(join(home, 'systemctl'), 0o755)
  const path = `${home}${delimiter}${process.env.PATH}`
  const byUnit = (settings: Parameters<NonNullable<Parameters<World['plan']>[1]>>[0]) => {
    Object.assign(settings.release.processes, { web: { systemd: 'shop.service', stop_timeout: '3s' } })
  }
  const world = await openWorld({
    releases: threeReleases,
    change: byUnit,
    environment: () => ({ HOME: home, PATH: path }),
  })
  const { belay, configure } = await terminalOf(world)
  await configure(byUnit)
  const unit = async (verb: string, cwd: string) => {
    const environment = { ...process.env, HOME: home, PATH: path }
    const program = ['/usr/bin/env', `CONFIG_FILE=${world.directory}/config.json`, process.execPath, 'server.mjs']
    await writeFile(join(home, 'unit.json'), JSON.stringify({ command: program, cwd }))
    execFileSync(join(home, 'systemctl'), [verb, 'shop.service'], { env: environment, stdio: 'ignore' })
  }
  const old = await deployByCapistrano(world, '1.1.0')
  await startByHand(world, old, ['worker.mjs'])
  const elsewhere = join(world.root, 'elsewhere')
  await cp(old, elsewhere, { recursive: true })
  await unit('start', elsewhere)
  expect(await adopt(belay)).toMatchObject({
    code: 10,
    err: expect.stringContaining('expected shop.service to start from'),
  })
  await unit('stop', elsewhere)
  await unit('start', join(world.directory, 'current'))
  await eventually('an answer', async () => (await world.look()).serving)
  expect(await adopt(belay)).toMatchObject({ code: 0, err: expect.stringContaining('run by systemd') })

  expect(await fallsIll(world, '1.2.0')).toMatchObject({ outcome: 'ROLLED_BACK', live: { version: '1.1.0' } })
  expect(await world.look()).toMatchObject({ serving: '1.1.0', current: '20240101120000' })
})

test('what is deployed, locked or held is not adopted; an ill service is not either', async () => {
  const world = await openWorld({ releases: threeReleases })
  const { belay } = await terminalOf(world)
  const old = await deployByCapistrano(world, '1.1.0')
  await startByHand(world, old)
  await belay('lock', 'production', '--reason', 'audit')
  expect(await adopt(belay)).toMatchObject({ code: 75, err: expect.stringContaining('audit') })
  await belay('unlock', 'production')

  await world.say('ill', '1.1.0')
  const ill = await adopt(belay)
  expect(ill).toMatchObject({ code: 10, err: expect.stringContaining('health on local: expected status 200') })
  expect(ill.err).toContain('Nothing was changed. Next: mend it, then belay adopt production --version 1.1.0 again')
  expect(await readFile(join(world.directory, '.belay', 'processes', 'web.json')).catch(() => null)).toBeNull()
  await world.unsay('ill', '1.1.0')

  const wrong = await belay('adopt', 'production', '--version', '1.0.0', '--yes')
  expect(wrong).toMatchObject({ code: 10, err: expect.stringContaining('by its git HEAD') })
  const run = await world.deploy('1.2.0')
  expect(await adopt(belay)).toMatchObject({ code: 75, err: expect.stringContaining('a run is open on production') })
  await run.tell({ name: 'abort', deployment: (await run.status()).deployment, by: 'ann', reason: 'enough' })
  await run.end()
})

test('a worker that dies in the middle of an adoption doubles nothing', async () => {
  const world = await openWorld({ releases: threeReleases })
  const terminal = await terminalOf(world)
  const old = await deployByCapistrano(world, '1.1.0')
  const { pids } = await startByHand(world, old)
  await world.say('ill', '1.1.0')
  const adopting = terminal.start('adopt', 'production', '--version', '1.1.0', '--yes')
  await eventually('its notes', async () => await readFile(note(world), 'utf8').catch(() => null))
  await world.killWorker()
  await world.unsay('ill', '1.1.0')
  await world.startWorker()
  expect(await adopting.ended).toMatchObject({ code: 0 })

  expect(pids.filter(isRunning)).toEqual(pids)
  const { rows } = await world.history.listDeployments({ environment: 'production' })
  expect(rows).toMatchObject([{ kind: 'manual', outcome: 'SUCCESS', version: '1.1.0' }])
  const records = JSON.parse(await readFile(join(world.directory, '.belay', 'records.json'), 'utf8'))
  expect(records).toMatchObject([{ outcome: 'ADOPTED', releaseDirectory: old }])
  expect((await readFile(`${world.root}/deployments.log`, 'utf8')).match(/Version: 1\.1\.0/g)).toHaveLength(1)
  expect((await git(world.repository, 'tag', '--list', 'deploy/production/1.1.0/*')).trim().split('\n')).toHaveLength(1)
})

test('an adoption that was ended leaves a claim that no rollback takes and the next adoption does', async () => {
  const world = await openWorld({ releases: threeReleases })
  const { belay, start } = await terminalOf(world)
  const old = await deployByCapistrano(world, '1.1.0')
  const { pids } = await startByHand(world, old)
  await world.say('ill', '1.1.0')
  const adopting = start('adopt', 'production', '--version', '1.1.0', '--yes')
  await eventually('its notes', async () => await readFile(note(world), 'utf8').catch(() => null))
  await world.belay.temporal.workflow.getHandle('adopt:fixture:production').terminate('a test')
  expect(await adopting.ended).toMatchObject({ code: 75, err: expect.stringContaining('the next one takes it over') })
  await world.unsay('ill', '1.1.0')

  const rollback = await belay('rollback', 'production')
  expect(rollback).toMatchObject({
    code: 10,
    out: expect.stringContaining('is an adoption that did not end; next: belay adopt production --version 1.1.0, as'),
  })
  expect(await belay('deploy', '1.2.0', '--env', 'production')).toMatchObject({
    code: 75,
    out: expect.stringContaining('belay adopt production --version 1.1.0'),
  })
  expect(pids.filter(isRunning)).toEqual(pids)
  expect(await adopt(belay)).toMatchObject({ code: 0 })
})

test('an adopted process that ended since fails the gate, and adopting again notes what runs now', async () => {
  const world = await openWorld({ releases: threeReleases })
  const { belay } = await terminalOf(world)
  const old = await deployByCapistrano(world, '1.1.0')
  const { pids } = await startByHand(world, old)
  expect(await adopt(belay)).toMatchObject({ code: 0 })
  for (const pid of pids) process.kill(pid, 'SIGKILL')
  await eventually('their end', () => pids.filter(isRunning).length === 0)
  const { pids: next } = await startByHand(world, old)
  const end = await (await world.deploy('1.2.0')).end()
  expect(end).toMatchObject({ outcome: 'REFUSED' })
  expect(end.sentence).toContain('ended since 1.1.0 was adopted; next: belay adopt production --version 1.1.0,')
  const again = await adopt(belay)
  expect(again).toMatchObject({ code: 0, out: expect.stringContaining('processes noted anew') })
  await world.live('1.2.0')
  expect(next.filter(isRunning)).toEqual([])
})

type Belay = Awaited<ReturnType<typeof terminalOf>>['belay']

async function adopt(belay: Belay, ...more: string[]) {
  return await belay('adopt', 'production', '--version', '1.1.0', '--yes', ...more)
}

function note(world: World): string {
  return join(world.directory, '.belay', 'processes', 'web.json')
}
