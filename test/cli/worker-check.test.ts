import { hostname } from 'node:os'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { openDesk } from './desk.ts'

test('belay worker --check tells whether the worker of this machine polls, and starts none', async () => {
  const desk = await openDesk()
  onTestFinished(() => desk.close())
  expect(await desk.belay('worker', '--check')).toMatchObject({
    code: 69,
    err: expect.stringContaining(`a Belay worker of ${hostname()} does not answer at task queue belay: see its log`),
  })
  const worker = desk.start('worker', '--host', 'app-1')
  onTestFinished(() => worker.interrupt())
  await worker.said('belay worker ready')
  // Ready is said a moment before the server has seen the first poll.
  for (const own of [[], ['--host', 'app-1']]) {
    const healthy = async () => {
      const { code, out } = await desk.belay('worker', '--check', ...own)
      return code === 0 && out
    }
    expect(await eventually('a healthy worker', healthy)).toBe(`the worker of ${hostname()} polls\n`)
  }
  expect(await desk.belay('worker', '--check', '--host', 'app-2')).toMatchObject({
    code: 69,
    err: expect.stringContaining('task queue belay.host.app-2'),
  })
  worker.interrupt()
  expect(await worker.ended).toMatchObject({ code: 0 })
})
