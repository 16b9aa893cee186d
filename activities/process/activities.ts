import { realpath } from 'node:fs/promises'
import { ApplicationFailure } from '@temporalio/common'
import { failureTypes } from '../../src/domain/failure.ts'
import type { HostOrder, RunningProcess, StopProof } from '../../src/domain/host.ts'
import type { ServiceProcess } from '../../src/domain/plan.ts'
import type { EnvironmentVariables } from '../../src/domain/reference.ts'
import { isErrno } from '../disk/atomic.ts'
import { requireClaim } from '../host/require-claim.ts'
import type { Steps } from '../step/steps.ts'
import { keepProcess } from './keeper.ts'
import type { Found, Managed, Surroundings } from './managed.ts'
import { commandsProcess } from './own-commands.ts'
import { realOr } from './release-of.ts'
import { stopAndProve } from './stop.ts'
import { unitProcess } from './systemd.ts'

type ProcessDeps = {
  host: string
  clock: () => Date
  environment: EnvironmentVariables
  steps: Pick<Steps, 'runNext'>
  /** Completes or undoes a switch that was cut off; rejects when it cannot. */
  completeSwitch: (directory: string) => Promise<unknown>
}

type Processes = { order: HostOrder; processes: readonly ServiceProcess[] }

/** The service's processes on this host: started, stopped and looked at. Nothing is believed that /proc does not show. */
export function createProcessActivities({ host, clock, environment, steps, completeSwitch }: ProcessDeps) {
  return {
    /**
     * Stops the processes of a release (`releaseDirectory` null: all of the service) by their own means, SIGTERM and
     * SIGKILL after `stopTimeoutMs`, and proves it: no process that they, the keeper or systemd know, that carries the
     * service's mark, or that works in the release's directory is left. Whoever merely works there is reported, never
     * ended. Stopping what is stopped changes nothing.
     */
    async stopProcesses(input: Processes & { releaseDirectory: string | null }): Promise<StopProof> {
      await requireClaim(input.order)
      const { order, processes, releaseDirectory } = input
      const scope = { order, releaseDirectory: releaseDirectory === null ? null : realOr(releaseDirectory) }
      return await stopAndProve(managedOf({ order, processes }), scope)
    },

    /**
     * Starts the processes of one role in a release. One that already runs from there, and began since this host was
     * claimed, is kept; any other is stopped first. Throws `CommandFailed` when one does not start, with the end of its
     * log; rejects when a switch that was cut off cannot be completed.
     */
    async startProcesses(
      input: Processes & {
        role: ServiceProcess['role']
        releaseDirectory: string
        env: Readonly<Record<string, string>>
      },
    ): Promise<{ started: RunningProcess[] }> {
      const claim = await requireClaim(input.order)
      await completeSwitch(input.order.directory)
      const releaseDirectory = await existing(input.releaseDirectory)
      const chosen = input.processes.filter((process) => process.role === input.role)
      const since = new Date(claim.since)
      const started: RunningProcess[] = []
      for (const managed of managedOf({ order: input.order, processes: chosen })) {
        const found = await managed.find()
        const kept = found !== null && isFresh(found, releaseDirectory, since)
        if (found && !kept) await stopBefore(managed, input.order)
        started.push(running(managed, kept ? found : await managed.start({ releaseDirectory, env: input.env })))
      }
      return { started }
    },

    /** Which of the processes run (from this release, where one is given and it can be told), and which do not. */
    async inspectProcesses(
      input: Processes & { releaseDirectory: string | null },
    ): Promise<{ running: RunningProcess[]; missing: string[] }> {
      const directory = input.releaseDirectory === null ? null : realOr(input.releaseDirectory)
      const seen = await Promise.all(
        managedOf(input).map(async (managed) => {
          const found = await managed.find()
          const elsewhere =
            directory !== null && found?.releaseDirectory != null && found.releaseDirectory !== directory
          return { managed, found: elsewhere ? null : found }
        }),
      )
      return {
        running: seen.flatMap(({ managed, found }) => (found ? [running(managed, found)] : [])),
        missing: seen.flatMap(({ managed, found }) => (found ? [] : [managed.process.name])),
      }
    },
  }

  function managedOf({ order, processes }: Processes): Managed[] {
    const world: Surroundings = { order, environment, clock, steps }
    return processes.map((process) => manage(process, world))
  }

  async function existing(releaseDirectory: string): Promise<string> {
    try {
      return await realpath(releaseDirectory)
    } catch (error) {
      if (!isErrno(error, 'ENOENT', 'ENOTDIR')) throw error
      const message = `${host}: expected the release in ${releaseDirectory}, got nothing; it was removed or never fetched`
      throw ApplicationFailure.create({ type: failureTypes.invalid, nonRetryable: true, message })
    }
  }
}

/** The way this process is run. */
export function manage(process: ServiceProcess, world: Surroundings): Managed {
  const { run } = process
  switch (run.by) {
    case 'keeper':
      return keepProcess({ ...process, run }, world)
    case 'systemd':
      return unitProcess({ ...process, run }, world)
    case 'commands':
      return commandsProcess({ ...process, run }, world)
  }
}

function isFresh(found: Found, releaseDirectory: string, since: Date): boolean {
  return found.startedAt >= since && (found.releaseDirectory === null || found.releaseDirectory === releaseDirectory)
}

async function stopBefore(managed: Managed, order: HostOrder): Promise<void> {
  await managed.stop()
  if ((await managed.find()) === null) return
  const message = `${managed.process.name}: expected it to stop before it is started anew, got it still running; stop it by hand on ${order.host}`
  throw ApplicationFailure.create({ type: failureTypes.notProven, nonRetryable: true, message })
}

function running({ process }: Managed, { entry, startedAt }: Found): RunningProcess {
  return { process: process.name, pid: entry.pid, startTicks: entry.startTicks, startedAt: startedAt.toISOString() }
}
