import { rename } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { expectBackAt110 } from './comes-back.ts'
import { toldAtOnce } from './told-at-once.ts'
import { watched } from './watched.ts'
import { phaseOf } from './world.ts'

test('after a way back that was given up nobody deploys; a rollback by hand finds what the failed release applied, and asks nothing', async () => {
  const { world, run, deployment } = await watched(toldAtOnce)
  // The old release cannot be started, so its schema is not reverted any more: 1.1.0 is live, and 003 is applied.
  const program = `${world.directory}/releases/1.1.0/server.mjs`
  await rename(program, `${program}.away`)
  await world.say('errors', '1.2.0')
  const { waitingFor } = await phaseOf(run, (status) => status.waitingFor !== null)
  const decision = { question: waitingFor?.question ?? '', answer: 'give_up', by: 'ann', reason: 'later' } as const
  await run.tell({ name: 'decide', deployment, ...decision })
  expect(await run.end()).toMatchObject({ outcome: 'ROLLBACK_FAILED', live: null })
  expect(await world.look()).toMatchObject({ current: '1.1.0', migrations: { length: 3 } })

  const refused = await (await world.deploy('1.1.0')).end()
  expect(refused.outcome).toBe('REFUSED')
  expect(refused.sentence).toMatch(/lock|holds unfinished/)

  await rename(`${program}.away`, program)
  const end = await (await world.rollback()).end()
  expect(end).toMatchObject({ outcome: 'ROLLED_BACK', live: { version: '1.1.0' } })
  expect(end.undone.join('\n')).toMatch(/revert: done, reverted 003_phone; the catalog equals the one before/)
  await expectBackAt110(world, 'ann@example.com')
})
