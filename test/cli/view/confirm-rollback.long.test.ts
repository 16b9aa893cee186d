import { expect, test } from 'vitest'
import { threeReleases } from '../../scenarios/releases.ts'
import { openWorld, phaseOf } from '../../scenarios/world.ts'
import { terminalOf } from '../terminal.ts'
import { inTerminal } from './in-terminal.ts'

const production = 'production'

test('who rolls back while a release waits at the gate is shown what ends, what is taken off and what comes back', async () => {
  const world = await openWorld({ releases: threeReleases })
  await terminalOf(world)
  await world.live('1.0.0')
  const first = await world.deploy('1.1.0')
  await phaseOf(first, ({ waitingFor }) => waitingFor !== null)
  const nowhere = await inTerminal(world, 'rollback', production)
  expect(await nowhere.ended).toBe(10)
  expect(nowhere.screen().join('\n')).toMatch(
    /there is no release before 1\.0\.0: .*belay rollback production --to nothing; 1\.1\.0-\w+ goes on/,
  )
  expect(await first.open()).toBe(true)
  await first.tell({ name: 'abort', deployment: first.deployment, by: 'ann@example.com', reason: 'enough' })
  await first.end()

  await world.live('1.1.0')
  const waiting = await world.deploy('1.2.0')
  await phaseOf(waiting, ({ waitingFor }) => waitingFor !== null)
  const refused = await inTerminal(world, 'rollback', production)
  await refused.shows("Type the environment's name")
  expect(refused.screen().join('\n')).toMatch(
    /ENDS {7}1\.2\.0 \(1\.2\.0-\w+, in phase gate\): it does not go live\nTAKEN OFF {2}1\.1\.0 \(\w{12}\), which is live\nBACK {7}1\.0\.0 \(\w{12}\)\nIf only 1\.2\.0 is to end and what is live to stay: belay abort production --reason "\.\.\."\nRoll code, database and configuration of production back from 1\.1\.0 to 1\.0\.0\?/,
  )
  refused.order('type no')
  expect(await refused.ended).toBe(2)
  expect(await waiting.open()).toBe(true)

  const meant = await inTerminal(world, 'rollback', production)
  await meant.shows("Type the environment's name")
  meant.order('type production')
  expect(await meant.ended).toBe(0)
  expect(await waiting.end()).toMatchObject({ outcome: 'ABORTED' })
  expect((await world.look()).marker).toMatchObject({ version: '1.0.0' })
}, 240_000)
