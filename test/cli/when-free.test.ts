import { afterEach, expect, test } from 'vitest'
import { whenFree } from '../../src/cli/follow/when-free.ts'
import { shellFrom } from '../../src/cli/shell/shell.ts'
import type { Belay, Run } from '../../src/client/client.ts'
import { Busy } from '../../src/client/errors.ts'

const before = process.listeners('SIGINT')
afterEach(() => {
  for (const added of process.listeners('SIGINT').filter((one) => !before.includes(one)))
    process.removeListener('SIGINT', added)
})

/** Whoever holds the environment has always just ended. */
const belay: Pick<Belay, 'attach'> = { attach: async () => null }
const busy = new Busy({
  workflowId: 'deploy:fixture:production',
  deployment: '1.0.0-a',
  version: '1.0.0',
  performerProven: false,
  performer: 'ann',
  since: '2026-01-01T14:00:00.000Z',
})
const run: Pick<Run, 'deployment'> = { deployment: '1.1.0-b' }

test('Ctrl-C while it tries to begin ends the waiting, and nothing more is tried', async () => {
  const shell = shellHere()
  const tries = counted(async (count) => {
    if (count === 2) process.emit('SIGINT')
    if (count < 3) throw busy
    return run
  })
  expect(await whenFree(shell, belay, 60_000, tries.begin)).toBeNull()
  expect(tries.count()).toBe(2)
  expect(shell.said.at(-1)).toBe('stopped waiting; nothing was started')
})

test('Ctrl-C while it begins what then runs is told to whoever follows it', async () => {
  const shell = shellHere()
  const tries = counted(async (count) => {
    if (count === 1) throw busy
    process.emit('SIGINT')
    return run
  })
  expect(await whenFree(shell, belay, 60_000, tries.begin)).toBe(run)
  await shell.interrupted()
})

test('however often it tries, it listens once; without --wait it does not listen', async () => {
  const heard = process.listenerCount('SIGINT')
  const tries = counted(async (count) => {
    if (count < 20) throw busy
    return run
  })
  await whenFree(shellHere(), belay, 60_000, tries.begin)
  expect(process.listenerCount('SIGINT')).toBe(heard + 1)
  const failing = whenFree(shellHere(), belay, 0, counted(() => Promise.reject(busy)).begin)
  await expect(failing).rejects.toBe(busy)
  expect(process.listenerCount('SIGINT')).toBe(heard + 1)
})

function shellHere() {
  const said: string[] = []
  return { ...shellFrom(process), said, say: (line: string) => void said.push(line) }
}

function counted<T>(answer: (count: number) => Promise<T>) {
  let count = 0
  return { begin: () => answer(++count), count: () => count }
}
