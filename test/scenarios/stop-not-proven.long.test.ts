import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { expectBackAt110 } from './comes-back.ts'
import { watched } from './watched.ts'
import { phaseOf } from './world.ts'

test('a process in the release that may not be ended: nothing is reverted or started beside it, and a person is asked', async () => {
  const { run, waiting, stranger } = await stuck()
  expect(waiting.waitingFor).toMatchObject({ question: 'stop:local', answers: ['retry', 'skip', 'give_up'] })
  expect(waiting.waitingFor?.text).toContain(`${stranger.pid}`)
  expect(stranger.exitCode).toBeNull()
  const { world } = run
  expect((await world.look()).migrations).toHaveLength(3)

  await decide(run, 'skip')
  expect(await run.run.end()).toMatchObject({ outcome: 'ROLLED_BACK' })
  const now = await world.look()
  expect(now).toMatchObject({ serving: '1.1.0', current: '1.1.0', config: { limit: 10 } })
  // What may still write to it keeps its schema.
  expect(now.migrations).toHaveLength(3)
  expect(stranger.exitCode).toBeNull()
}, 120_000)

test('once that process has ended, retry brings everything back', async () => {
  const { run, stranger } = await stuck()
  stranger.kill('SIGKILL')
  await once(stranger, 'exit')
  await decide(run, 'retry')
  expect(await run.run.end()).toMatchObject({ outcome: 'ROLLED_BACK' })
  await expectBackAt110(run.world, 'belay')
}, 120_000)

type Stuck = Awaited<ReturnType<typeof stuck>>['run']

/** Somebody's program works in the directory of 1.2.0 when it falls ill. It is not the service's, so nobody ends it. */
async function stuck() {
  const { world, run, deployment } = await watched()
  const stranger = strangerIn(`${world.directory}/releases/1.2.0`)
  await world.say('errors', '1.2.0')
  const waiting = await phaseOf(run, (status) => status.waitingFor !== null, 45_000)
  return { run: { world, run, deployment }, waiting, stranger }
}

function strangerIn(cwd: string): ChildProcess {
  const stranger = spawn('sleep', ['600'], { cwd, detached: true, stdio: 'ignore' })
  onTestFinished(() => void stranger.kill('SIGKILL'))
  return stranger
}

async function decide({ run, deployment }: Stuck, answer: 'retry' | 'skip'): Promise<void> {
  await run.tell({ name: 'decide', deployment, question: 'stop:local', answer, by: 'ann', reason: 'scenario' })
}
