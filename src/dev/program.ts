import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile } from 'node:fs/promises'
import { ownProgram } from '../../activities/disk/own-program.ts'
import { endedWords } from '../domain/exit-words.ts'
import type { LeashOrder } from './leash.ts'

export type Program = {
  /** Of the program itself. */
  pid: number
  /** Resolves with the exit code once the program has ended, for whatever reason. */
  ended: Promise<number>
  /** Ends it by its stop signal, by SIGKILL after the grace time, and waits. */
  stop(): Promise<void>
}

export type ProgramStart = LeashOrder & {
  name: string
  /** Output is appended here. */
  logFile: string
  cwd: string
  environment: NodeJS.ProcessEnv
  readyWithinMs: number
  /** Answers whether the program does its work already; may throw meanwhile. Receives all output so far. */
  ready(output: string): Promise<boolean> | boolean
}

/**
 * Starts a program in a session of its own (Ctrl-C in the terminal does not reach it) and waits until it is ready.
 * Throws with the end of its output when it ends first or is not ready in time.
 */
export async function startProgram(start: ProgramStart): Promise<Program> {
  const { size } = await touch(start.logFile)
  const leash = await spawnLeash(start)
  const ended = once(leash, 'exit').then(([code]) => Number(code ?? 1))
  const stop = async () => {
    if (leash.connected) leash.disconnect()
    await ended
  }
  try {
    const pid = await pidFrom(leash, ended)
    await waitUntilReady(start, size, ended)
    if (pid === null) throw new Error(`${start.name}: expected its pid, got none`)
    return { pid, ended, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

const leashProgram = ownProgram(import.meta, './leash')

async function spawnLeash(start: ProgramStart): Promise<ChildProcess> {
  const log = await open(start.logFile, 'a')
  try {
    const { command, stopSignal, graceMs, uid, gid } = start
    const order: LeashOrder = {
      command,
      stopSignal,
      graceMs,
      ...(uid !== undefined && gid !== undefined && { uid, gid }),
    }
    return spawn(process.execPath, [leashProgram, JSON.stringify(order)], {
      cwd: start.cwd,
      env: start.environment,
      detached: true,
      stdio: ['ignore', log.fd, log.fd, 'ipc'],
    })
  } finally {
    await log.close()
  }
}

/** null: it never started; its output says why. */
async function pidFrom(leash: ChildProcess, ended: Promise<number>): Promise<number | null> {
  const message: unknown = await Promise.race([once(leash, 'message').then(([first]) => first), ended])
  const told = typeof message === 'object' && message !== null && 'pid' in message
  return told && typeof message.pid === 'number' ? message.pid : null
}

async function waitUntilReady(start: ProgramStart, logOffset: number, ended: Promise<number>): Promise<void> {
  const deadline = Date.now() + start.readyWithinMs
  let exitCode: number | null = null
  void ended.then((code) => {
    exitCode = code
  })
  for (;;) {
    const output = (await readFile(start.logFile)).subarray(logOffset).toString()
    if (exitCode !== null)
      throw new Error(
        `${start.name}: expected it to start, it ${endedWords({ exitCode, signal: null })}${tail(start, output)}`,
      )
    if (await isReady(start, output)) return
    if (Date.now() > deadline)
      throw new Error(`${start.name}: not ready after ${start.readyWithinMs} ms${tail(start, output)}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function isReady(start: ProgramStart, output: string): Promise<boolean> {
  try {
    return await start.ready(output)
  } catch {
    return false
  }
}

function tail(start: ProgramStart, output: string): string {
  const lines = output.trimEnd().split('\n').slice(-8).join('\n')
  return `; ${start.logFile} ends with:\n${lines || '(nothing)'}`
}

async function touch(file: string): Promise<{ size: number }> {
  const handle = await open(file, 'a', 0o600)
  try {
    return await handle.stat()
  } finally {
    await handle.close()
  }
}
