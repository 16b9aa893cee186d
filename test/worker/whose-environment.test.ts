import { expect, onTestFinished, test } from 'vitest'
import { createSteps } from '../../activities/step/steps.ts'
import { whoseEnvironment } from '../../src/domain/reference.ts'
import { hostActivities } from '../../src/worker/compose.ts'
import { createLogger } from '../../src/worker/logger.ts'
import { createWorld } from '../database/world.ts'

test('a variable that is not set is told with the host whose agent lacks it', async () => {
  const world = await createWorld()
  onTestFinished(() => world.stop())
  const { order, database } = world
  const stateDirectory = `${order.directory}/state`
  const given = {
    clock: () => new Date(),
    environment: { PATH: process.env.PATH },
    logger: createLogger('silent'),
    stateDirectory,
  }
  const activities = hostActivities('local', given)
  await expect(activities.checkIntegrity({ order, database })).rejects.toThrow(
    'database.url: environment variable SERVICE_DATABASE: expected a value in the environment of the agent of host local, got none',
  )
  // The process of a step looks it up by itself.
  const environment = { ...given.environment, [whoseEnvironment]: 'the agent of host local' }
  const steps = createSteps({ root: stateDirectory, clock: given.clock, environment })
  const step = { deployment: 'd-1', name: 'build', try: 1, commands: [['true']], cwd: '/', timeoutMs: 20_000 }
  const result = await steps.run({ ...step, silenceMs: null, env: { KEY: '${env:NOBODY}' } })
  expect(result).toMatchObject({
    exitCode: 126,
    tail: expect.stringContaining(
      'environment variable NOBODY: expected a value in the environment of the agent of host local, got none',
    ),
  })
})

test('no program of the service sees whose environment it was', async () => {
  const world = await createWorld()
  onTestFinished(() => world.stop())
  const environment = { PATH: process.env.PATH, [whoseEnvironment]: 'the agent of host local' }
  const steps = createSteps({ root: `${world.order.directory}/state`, clock: () => new Date(), environment })
  const step = { deployment: 'd-1', name: 'env', try: 1, commands: [['env']], cwd: '/', timeoutMs: 20_000 }
  const { tail } = await steps.run({ ...step, silenceMs: null })
  expect(tail).toContain('PATH=')
  expect(tail).not.toContain(whoseEnvironment)
})
