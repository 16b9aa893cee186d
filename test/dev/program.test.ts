import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type ProgramStart, startProgram } from '../../src/dev/program.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

test('waits until the program is ready and ends it by its stop signal', async () => {
  const start = await programStart(
    "console.log('up'); process.on('SIGTERM', () => { console.log('bye'); process.exit(3) }); setInterval(() => {}, 1000)",
  )
  const program = await startProgram(start)
  expect(isAlive(program.pid)).toBe(true)
  await program.stop()
  expect(await program.ended).toBe(3)
  expect(isAlive(program.pid)).toBe(false)
  expect(await readFile(start.logFile, 'utf8')).toBe('up\nbye\n')
})

test('kills a program that ignores its stop signal', async () => {
  const start = await programStart("process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1000)")
  const program = await startProgram({ ...start, graceMs: 100 })
  await program.stop()
  expect(isAlive(program.pid)).toBe(false)
})

test('says with the end of its output that a program ended instead of starting', async () => {
  const start = await programStart("console.error('port 1 is taken'); process.exit(7)")
  await expect(startProgram(start)).rejects.toThrow(/it ended with 7; .*log ends with:\nport 1 is taken/)
})

test('says so when the program cannot be started at all', async () => {
  const start = await programStart('')
  await expect(startProgram({ ...start, command: ['/no/such/program'] })).rejects.toThrow('ENOENT')
})

test('ends a program that is not ready in time', async () => {
  const start = await programStart('')
  // A shell is there at once, so that there is something to end.
  const command = ['sh', '-c', 'echo $$; exec sleep 1000'] as const
  await expect(startProgram({ ...start, command, readyWithinMs: 300, ready: () => false })).rejects.toThrow(
    'not ready after 300 ms',
  )
  expect(isAlive(Number(await readFile(start.logFile, 'utf8')))).toBe(false)
})

test('leaves nothing behind when the owner is killed', async () => {
  const start = await programStart("console.log('up'); setInterval(() => {}, 1000)")
  const owner = join(start.cwd, 'owner.ts')
  await writeFile(
    owner,
    `import { startProgram } from ${JSON.stringify(join(import.meta.dirname, '../../src/dev/program.ts'))}
    const start = JSON.parse(process.argv[2])
    const program = await startProgram({ ...start, environment: process.env, ready: (output) => output.includes('up') })
    console.log(program.pid)
    await program.ended`,
  )
  const owning = spawn(process.execPath, [owner, JSON.stringify(start)], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void owning.kill('SIGKILL'))
  const pid = Number(String(await once(owning.stdout, 'data')))
  expect(isAlive(pid)).toBe(true)
  owning.kill('SIGKILL')
  await vi.waitUntil(() => !isAlive(pid), { timeout: 20_000 })
})

async function programStart(source: string): Promise<ProgramStart> {
  const cwd = await temporaryDirectory()
  return {
    name: 'program',
    command: [process.execPath, '-e', source],
    stopSignal: 'SIGTERM',
    graceMs: 10_000,
    logFile: join(cwd, 'program.log'),
    cwd,
    environment: process.env,
    readyWithinMs: 30_000,
    ready: (output) => output.includes('up'),
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
