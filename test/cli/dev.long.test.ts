import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { terminalIn } from './terminal.ts'

test('belay dev keeps its worker: one that is killed is started again, and a second stack here is refused', async () => {
  const directory = await temporaryDirectory()
  const { start, belay } = terminalIn(directory, { TEMPORAL_ADDRESS: '', BELAY_DATABASE_URL: '' })
  const dev = start('dev')
  onTestFinished(async () => {
    dev.interrupt()
    expect(await dev.ended).toMatchObject({ code: 0 })
  })
  await dev.said('Ctrl-C stops all of it', 80_000)
  expect(await belay('dev')).toMatchObject({ code: 75, err: expect.stringContaining('belay dev runs here already') })

  const pids = () => [...dev.soFar().matchAll(/^worker +pid (\d+)/gm)].map(([, pid]) => Number(pid))
  const [first = 0] = pids()
  process.kill(first, 'SIGKILL')
  await dev.said('starting it again')
  const second = await eventually('another worker', () => pids()[1], 40_000)
  expect(second).not.toBe(first)
  expect(() => process.kill(second, 0)).not.toThrow()
})
