import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type FixtureSettings, settingsFor } from '../scenarios/settings.ts'
import type { World } from '../scenarios/world.ts'
import { eventually } from '../support/eventually.ts'
import { shared } from '../support/shared.ts'

export type Answer = { code: number | null; out: string; err: string }

/** A command that runs: what it has said so far, and Ctrl-C. */
export type Session = {
  /** Waits until the text stands in what the command has printed on either stream. */
  said(text: string, withinMs?: number): Promise<void>
  /** What it has printed on both streams. */
  soFar(): string
  /** Ctrl-C, or another signal. */
  interrupt(signal?: NodeJS.Signals): void
  ended: Promise<Answer>
}

export type Terminal = {
  belay(...args: readonly string[]): Promise<Answer>
  start(...args: readonly string[]): Session
}

const program = fileURLToPath(new URL('../../src/cli/belay.ts', import.meta.url))
/** Nothing a test asks for takes longer; a command that hangs is killed, and its code is null. */
const longestMs = 90_000

/** The real command line as a child process; `installed`: another one than that of the sources. `user`: who runs it. */
export function terminalIn(
  directory: string,
  environment: NodeJS.ProcessEnv,
  installed: { program?: string; longestMs?: number; user?: { uid: number; gid: number } } = {},
): Terminal {
  const start = (...args: readonly string[]) => {
    const { program: installedProgram = program, longestMs: timeout = longestMs, user } = installed
    const options = { cwd: directory, env: { ...process.env, ...environment }, timeout, ...user }
    const words = [installedProgram, ...args]
    return sessionOf(spawn(process.execPath, words, { ...options, stdio: ['ignore', 'pipe', 'pipe'] }))
  }
  return { start, belay: (...args) => start(...args).ended }
}

/** A terminal in the world's repository, where `belay.yaml` stands. `configure` writes that file anew. */
export async function terminalOf(world: World): Promise<Terminal & { configure(change?: Change): Promise<void> }> {
  const configure = (change?: Change) => writeFile(join(world.repository, 'belay.yaml'), settingsText(world, change))
  await configure()
  const terminal = terminalIn(world.repository, {
    TEMPORAL_ADDRESS: await shared('temporal'),
    TEMPORAL_NAMESPACE: world.belay.namespace,
    BELAY_DATABASE_URL: world.historyUrl,
    BELAY_BY: 'ann@example.com',
  })
  return { ...terminal, configure }
}

export type Change = (settings: FixtureSettings) => void

/** JSON is YAML. */
export function settingsText(world: World, change?: Change): string {
  const { directory, repository } = world
  const port = Number(new URL(world.plan('1.0.0').serving?.http ?? '').port)
  const settings = settingsFor({ directory, repository, port, logDirectory: dirname(directory) })
  // One terminal is one person, who deploys and signs.
  Object.assign(settings.review, { prevent_self_review: false })
  change?.(settings)
  return JSON.stringify(settings, null, 2)
}

/** What a program says while it runs, as a person reads it. */
export function sessionOf(child: ChildProcess): Session {
  const output = { out: '', err: '' }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output.out += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output.err += text
  })
  const ended = once(child, 'close').then(([code]): Answer => ({ code: code ?? null, ...output }))
  return {
    ended,
    soFar: () => `${output.out}${output.err}`,
    interrupt: (signal = 'SIGINT') => void child.kill(signal),
    async said(text, withinMs = 60_000) {
      try {
        await eventually(text, () => output.out.includes(text) || output.err.includes(text), withinMs)
      } catch (cause) {
        throw new Error(`expected "${text}", got\n${output.out}\n${output.err}`, { cause })
      }
    },
  }
}
