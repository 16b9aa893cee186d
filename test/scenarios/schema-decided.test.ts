import { expect, test } from 'vitest'
import { schemaKept } from './schema-kept.ts'
import { phaseOf } from './world.ts'

test('while old code is watched on a kept schema it can be reverted after all, once the rows are moved; nothing waits for it', async () => {
  const { world, run, decide } = await schemaKept((settings) => {
    settings.monitoring.after_rollback = '12s'
  })
  const offered = await phaseOf(run, (status) => status.waitingFor?.question === 'schema')
  expect(offered.waitingFor).toMatchObject({ answers: ['keep', 'retry', 'revert', 'give_up'], offer: true })
  expect(offered.waitingFor?.text).toContain('users.phone: 37 rows (value written)')
  expect(offered.waitingFor?.text).toContain('Without an answer it is kept')
  expect(await world.look()).toMatchObject({ serving: '1.1.0' })

  await decide('retry')
  const again = await phaseOf(
    run,
    ({ waitingFor }) => waitingFor?.question === 'schema' && waitingFor.since !== offered.waitingFor?.since,
  )
  expect(again.waitingFor?.text).toContain('37 rows')
  await world.sql('update users set phone = null')
  await decide('retry')
  const end = await run.end()
  expect(end).toMatchObject({ outcome: 'ROLLED_BACK', live: { version: '1.1.0' } })
  const undone = end.undone.join('\n')
  expect(undone).toMatch(/integrity: done/)
  expect(undone).toMatch(/stability: done, watched, no check failed/)
  const now = await world.look()
  expect(now).toMatchObject({ serving: '1.1.0' })
  expect(now.migrations).toHaveLength(2)
})
