import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import type { Probe } from '../../src/domain/check.ts'
import { codeWords } from '../../src/domain/exit-words.ts'
import { inheritedEnvironment } from '../process/inherited.ts'
import { expectationOf } from './expectation.ts'
import type { Answer, Probing } from './probing.ts'

/**
 * Runs a program in the release's directory, as a process group of its own that ends with the attempt, whoever is left
 * in it. Exit code 0 passes; a program that cannot be started is an error. It may be run twice: it must only look.
 */
export async function probeCommand(probe: Extract<Probe, { kind: 'command' }>, probing: Probing): Promise<Answer> {
  const { releaseDirectory } = probing.context
  if (releaseDirectory === null) throw new Error('expected a release directory to run in, got none')
  const [program = '', ...args] = probe.command.map(probing.resolve)
  const env = inheritedEnvironment(probing.environment)
  const child = spawn(program, args, {
    cwd: releaseDirectory,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = keepTail(child)
  try {
    const [code, signal]: [number | null, NodeJS.Signals | null] = await ended(child, probing.signal)
    const end = { exitCode: code, signal }
    const got = code === null ? `its end by ${codeWords(end)}` : `exit code ${codeWords(end)}`
    const evidence =
      code === 0
        ? []
        : output()
            .split('\n')
            .filter((line) => line.trim() !== '')
            .slice(-5)
    return { verdict: code === 0 ? 'passed' : 'failed', expected: expectationOf(probe), got, evidence }
  } finally {
    await endGroup(child)
  }
}

async function ended(child: ChildProcess, signal: AbortSignal): Promise<[number | null, NodeJS.Signals | null]> {
  const [code, name] = await once(child, 'exit', { signal })
  // What it printed last may still be in the pipe, which somebody else may hold open for ever.
  await Promise.race([once(child, 'close'), pause(lastWordsMs)])
  return [typeof code === 'number' ? code : null, name ?? null]
}

const lastWordsMs = 200

function keepTail(child: ChildProcess): () => string {
  let tail = Buffer.alloc(0)
  const keep = (chunk: Buffer) => {
    tail = Buffer.concat([tail, chunk]).subarray(-mostBytes)
  }
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  return () => tail.toString('utf8')
}

const mostBytes = 8 * 1024

/** TERM, a moment, KILL: to the group, so that what the program started goes with it. */
async function endGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return
  child.on('error', () => undefined)
  if (!signalGroup(child.pid, 'SIGTERM')) return
  for (let waitedMs = 0; waitedMs < graceMs && signalGroup(child.pid, 0); waitedMs += 20) await pause(20)
  signalGroup(child.pid, 'SIGKILL')
  child.stdout?.destroy()
  child.stderr?.destroy()
}

const graceMs = 500

function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal)
  } catch {
    // Nobody is left in it.
    return false
  }
}
