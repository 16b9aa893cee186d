import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { isErrno } from '../../activities/disk/atomic.ts'
import { createHostActivities } from '../../activities/host/activities.ts'
import { createProcessActivities } from '../../activities/process/activities.ts'
import { environmentOf, listProcesses, workingDirectoryOf } from '../../activities/process/proc.ts'
import { createSteps } from '../../activities/step/steps.ts'
import type { HostOrder } from '../../src/domain/host.ts'
import type { ProcessRun, ServiceProcess } from '../../src/domain/plan.ts'

export const servicePath = resolve(import.meta.dirname, '../fixtures/service.ts')

/** A host of its own in a temporary directory, claimed, with two releases; `end` leaves nothing running. */
export async function serviceHost(environment: Record<string, string> = {}, completeSwitch = async () => {}) {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'belay-process-')))
  const releases = { one: join(directory, 'releases', '1.0.0'), two: join(directory, 'releases', '2.0.0') }
  for (const release of Object.values(releases)) mkdirSync(release, { recursive: true })
  const world = { clock: () => new Date(), environment: { PATH: process.env.PATH, ...environment } }
  const steps = createSteps({ root: join(directory, '.belay'), ...world })
  const hosts = createHostActivities({ host: 'app-1', ...world, steps })
  const about = { service: 'shop', environment: 'prod', host: 'app-1', directory } as const
  const unclaimed: HostOrder = { protocol: 1, ...about, deployment: 'd1', runId: 'r1', fence: 0 }
  const strangers: ChildProcess[] = []
  const { fence } = await hosts.claimHost({ order: unclaimed, phase: 'release', takeOver: false })

  const marked = () => {
    const of = (pid: number) => environmentOf(pid)?.get('BELAY_RELEASE_DIRECTORY')?.startsWith(directory)
    return listProcesses().flatMap(({ pid }) => (of(pid) ? [pid] : []))
  }

  return {
    directory,
    releases,
    unclaimed,
    order: { ...unclaimed, fence } satisfies HostOrder,
    hosts,
    steps,
    activities: createProcessActivities({ host: 'app-1', ...world, steps, completeSwitch }),
    /** Pids of everything that carries this host's mark. */
    marked,
    /** Somebody else's process. */
    stranger(cwd: string): number {
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
        cwd,
        detached: true,
        stdio: 'ignore',
      })
      strangers.push(child)
      return child.pid ?? 0
    },
    end(): void {
      for (const stranger of strangers) stranger.kill('SIGKILL')
      const inside = listProcesses().filter(({ pid }) => workingDirectoryOf(pid)?.startsWith(directory))
      for (const pid of new Set([...marked(), ...inside.map((entry) => entry.pid)])) killIfThere(pid)
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

export function kept(name: string, behaviours: readonly string[] = [], role: ServiceProcess['role'] = 'application') {
  const command = [process.execPath, servicePath, ...behaviours]
  return serviceProcess(name, { by: 'keeper', command, log: `${name}.log`, env: {} }, role)
}

export function serviceProcess(
  name: string,
  run: ProcessRun,
  role: ServiceProcess['role'] = 'application',
): ServiceProcess {
  return { name, role, run, stopTimeoutMs: 1_000, startTimeoutMs: 10_000 }
}

/** What has just ended by itself needs no more. */
function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!isErrno(error, 'ESRCH')) throw error
  }
}
