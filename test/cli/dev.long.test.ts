import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { terminalIn } from './terminal.ts'

test('belay dev keeps its worker: one that is killed is started again, and a second stack here is refused', async () => {
  const directory = await temporaryDirectory()
  await writeFile(join(directory, 'package.json'), JSON.stringify({ name: 'notes', dependencies: { pg: '^8' } }))
  const { start, belay } = terminalIn(directory, {
    TEMPORAL_ADDRESS: '',
    BELAY_DATABASE_URL: '',
    DATABASE_URL: undefined,
  })
  const init = ['init', '--start', 'node server.js', '--health', 'none', '--directory', join(directory, 'srv')]
  expect(await belay(...init)).toMatchObject({ code: 0 })
  const dev = start('dev')
  onTestFinished(async () => {
    dev.interrupt()
    expect(await dev.ended).toMatchObject({ code: 0 })
  })
  await dev.said('Ctrl-C stops all of it', 80_000)
  await dev.said('not set here, and belay.yaml refers to DATABASE_URL: deployments need')
  expect(await belay('dev')).toMatchObject({ code: 75, err: expect.stringContaining('belay dev runs here already') })

  const pids = () => [...dev.soFar().matchAll(/^worker +pid (\d+)/gm)].map(([, pid]) => Number(pid))
  const [first = 0] = pids()
  process.kill(first, 'SIGKILL')
  await dev.said('starting it again')
  const second = await eventually('another worker', () => pids()[1], 40_000)
  expect(second).not.toBe(first)
  expect(() => process.kill(second, 0)).not.toThrow()
})
