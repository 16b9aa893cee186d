import { expect, test } from 'vitest'
import { expectBackAt110 } from './comes-back.ts'
import { watched } from './watched.ts'

test('a release that falls ill in the window comes back: code, database and configuration', async () => {
  const { world, run, deployment } = await watched()
  await world.say('errors', '1.2.0')
  const end = await run.end()

  expect(end).toMatchObject({
    outcome: 'ROLLED_BACK',
    live: { version: '1.1.0' },
    reason: { kind: 'fell_ill', check: 'errors' },
  })
  expect(end.sentence.split('\n')[0]).toBe('1.2.0 on production was rolled back to 1.1.0')
  await expectBackAt110(world, 'belay')
  const row = await world.history.readDeployment(deployment)
  expect(row).toMatchObject({
    outcome: 'ROLLED_BACK',
    status: 'FAILED',
    healthCheck: 'FAILED',
    rollback: 'ROLLED_BACK',
  })
})
