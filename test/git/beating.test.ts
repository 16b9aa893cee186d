import { MockActivityEnvironment } from '@temporalio/testing'
import { expect, it } from 'vitest'
import { beating } from '../../activities/git/beating.ts'

it('an activity that waits for git beats, so that the engine knows a slow remote from a dead worker', async () => {
  const environment = new MockActivityEnvironment()
  const beat = new Promise((resolve) => environment.once('heartbeat', () => resolve('beat')))
  expect(await environment.run(() => beating(() => beat))).toBe('beat')
}, 30_000)

it('outside of an activity the work is done all the same', async () => {
  expect(await beating(() => Promise.resolve('done'))).toBe('done')
})
