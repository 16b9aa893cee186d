import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { threeReleases } from '../scenarios/releases.ts'
import { deployByCapistrano, fallsIll, startByHand } from '../scenarios/running-service.ts'
import { openWorld } from '../scenarios/world.ts'
import { isRunning } from '../support/is-running.ts'
import { terminalOf } from './terminal.ts'

test('a running Capistrano release is adopted untouched; the first deployment of Belay comes back to it', async () => {
  const world = await openWorld({ releases: threeReleases })
  const { belay } = await terminalOf(world)
  const adopt = (...more: string[]) => belay('adopt', 'production', '--version', '1.1.0', ...more)
  const old = await deployByCapistrano(world, '1.1.0')
  const configuration = await readFile(join(world.directory, 'config.json'))
  expect(await adopt('--yes')).toMatchObject({
    code: 10,
    err: expect.stringContaining(`local: expected a process of web in ${old}, found none; start it, or name it`),
  })
  const { shell, pids } = await startByHand(world, old)
  const [web, worker] = pids
  const tree = await world.tree()

  const adopted = await adopt('--yes')
  expect(adopted).toMatchObject({ code: 0 })
  expect(adopted.err).toContain(`web: pid ${web} node since`)
  expect(adopted.err).toContain(`worker: pid ${worker} node since`)
  expect(adopted.err).toContain('applied: 001_users, 002_email')
  expect(adopted.err).toContain('web runs with SHOP_COLOUR, which belay.yaml does not give it')
  expect(adopted.out).toContain('1.1.0 is the version of record of production; nothing of it was stopped or started')
  expect(adopted.out).toContain('Next: belay deploy <version> --env production')
  expect(pids.filter(isRunning)).toEqual(pids)
  expect(await world.look()).toMatchObject({ serving: '1.1.0', marker: { deployed_by: 'ann@example.com' } })
  expect(await readdir(join(world.directory, '.belay'))).not.toContain('claim.json')
  expect((await belay('history', 'production')).out).toMatch(/SUCCESS +manual/)
  expect((await belay('status', 'production')).out).toContain('Belay has deployed nothing here yet')
  expect(await world.tree()).not.toBe(tree)
  expect(await adopt('--yes')).toMatchObject({
    code: 2,
    err: expect.stringContaining('1.1.0 is the version of record; nothing to adopt'),
  })

  expect(await fallsIll(world, '1.2.0')).toMatchObject({ outcome: 'ROLLED_BACK', live: { version: '1.1.0' } })
  const back = { serving: '1.1.0', current: '20240101120000', config: { limit: 10 } }
  expect(await world.look()).toMatchObject({ ...back, marker: { version: '1.1.0', deployed_by: 'belay' } })
  expect((await world.look()).migrations).toEqual(['001_users', '002_email'])
  expect(await readFile(join(world.directory, 'config.json'))).toEqual(configuration)
  expect(pids.filter(isRunning)).toEqual([])
  expect(isRunning(shell)).toBe(true)
}, 180_000)
