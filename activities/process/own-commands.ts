import { setTimeout as pause } from 'node:timers/promises'
import { codeWords } from '../../src/domain/exit-words.ts'
import type { ServiceProcess } from '../../src/domain/plan.ts'
import { hostPaths } from '../host/paths.ts'
import { pulse } from '../step/pulse.ts'
import type { StepResult } from '../step/steps.ts'
import type { Found, Managed, Start, Surroundings } from './managed.ts'
import { marksOf } from './marks.ts'
import { entryOf, type ProcessEntry, startOf } from './proc.ts'
import { realOr, releaseOf } from './release-of.ts'
import { askCommand, commandFailed } from './short-command.ts'

type CommandsProcess = ServiceProcess & { run: Extract<ServiceProcess['run'], { by: 'commands' }> }

/**
 * A process that the service starts and stops by commands of its own. These run as detached steps; what they say is not
 * believed: the `pid` command and /proc tell whether it runs.
 */
export function commandsProcess(process: CommandsProcess, world: Surroundings): Managed {
  const { order } = world

  return { process, find, members, stop, start }

  async function find(): Promise<Found | null> {
    const [entry] = await members()
    if (!entry) return null
    return { entry, startedAt: startOf(entry, world.clock()), releaseDirectory: releaseOf(order, entry) }
  }

  async function members(): Promise<readonly ProcessEntry[]> {
    const { environment } = world
    const answer = await askCommand(process.run.pid, { cwd: workPlace(), environment, timeoutMs: 10_000 })
    const lines = answer.stdout
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean)
    const strange = lines.find((line) => !/^[1-9]\d{0,9}$/.test(line))
    // pgrep and the like end with 1 when there is nothing to print; a complaint is not "stopped".
    const unclear = answer.exitCode !== 0 && (lines.length > 0 || answer.stderr.trim() !== '')
    if (strange === undefined && !unclear) return lines.flatMap((line) => entryOf(Number(line)) ?? [])
    const got =
      strange === undefined
        ? `exit code ${codeWords({ ...answer, signal: null })}`
        : JSON.stringify(strange.slice(0, 80))
    throw commandFailed(
      `${process.name}: expected its pid command to print pids, one a line, got ${got}`,
      answer.stderr,
    )
  }

  async function stop(): Promise<void> {
    if ((await find()) === null) return
    // Badly ended or not: what counts is whether anything is left, and the caller ends that.
    await run('stop', process.run.stop, process.stopTimeoutMs, { releaseDirectory: workPlace(), env: {} })
    await until(process.stopTimeoutMs, async () => (await find()) === null)
  }

  async function start(given: Start): Promise<Found> {
    const result = await run('start', process.run.start, process.startTimeoutMs, given)
    if (result.outcome !== 'exited' || result.exitCode !== 0) {
      const got = result.outcome === 'exited' ? `exit code ${codeWords(result)}` : result.outcome
      throw commandFailed(`${process.name}: expected its start command to succeed, got ${got}`, result.tail)
    }
    await until(process.startTimeoutMs, async () => (await find()) !== null)
    const found = await find()
    if (found) return found
    throw commandFailed(`${process.name}: expected a pid after its start command, got none`, result.tail)
  }

  async function run(
    what: 'start' | 'stop',
    command: readonly string[],
    timeoutMs: number,
    given: Start,
  ): Promise<StepResult> {
    const env = { ...given.env, ...marksOf(order, process.name, given.releaseDirectory) }
    const limits = { timeoutMs, silenceMs: null, leavesProcesses: true }
    const { deployment } = order
    return await world.steps.runNext({
      deployment,
      name: `${what}.${process.name}`,
      commands: [command],
      cwd: given.releaseDirectory,
      env,
      ...limits,
    })
  }

  /** Where the live release is, or, without one, the service's directory. */
  function workPlace(): string {
    const { current } = hostPaths(order.directory)
    const live = realOr(current)
    return live === current ? order.directory : live
  }
}

async function until(limitMs: number, reached: () => Promise<boolean>): Promise<void> {
  for (const giveUpAt = performance.now() + limitMs; performance.now() < giveUpAt; await pause(100)) {
    pulse()
    if (await reached()) return
  }
}
