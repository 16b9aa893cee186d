import { hostname } from 'node:os'
import { expect, onTestFinished, test } from 'vitest'
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
  expect(await desk.belay('worker', '--check')).toMatchObject({ code: 0, out: `the worker of ${hostname()} polls\n` })
  expect(await desk.belay('worker', '--check', '--host', 'app-1')).toMatchObject({ code: 0 })
  expect(await desk.belay('worker', '--check', '--host', 'app-2')).toMatchObject({
    code: 69,
    err: expect.stringContaining('task queue belay.host.app-2'),
  })
  worker.interrupt()
  expect(await worker.ended).toMatchObject({ code: 0 })
})
