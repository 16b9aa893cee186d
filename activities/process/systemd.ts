import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { ApplicationFailure } from '@temporalio/common'
import { failureTypes } from '../../src/domain/failure.ts'
import type { ServiceProcess } from '../../src/domain/plan.ts'
import { isErrno } from '../disk/atomic.ts'
import { pulse } from '../step/pulse.ts'
import type { Found, Managed, Surroundings } from './managed.ts'
import { entryOf, type ProcessEntry, startOf } from './proc.ts'
import { releaseOf } from './release-of.ts'
import { askCommand, commandFailed } from './short-command.ts'

type UnitProcess = ServiceProcess & { run: Extract<ServiceProcess['run'], { by: 'systemd' }> }

/** A systemd unit: started and stopped by systemctl; what is true is read from systemd and the unit's control group. */
export function unitProcess(process: UnitProcess, world: Surroundings): Managed {
  const { unit } = process.run

  return { process, find, members, stop, start }

  async function find(): Promise<Found | null> {
    const { ActiveState, MainPID } = await show()
    const entry = ActiveState === 'active' && Number(MainPID) > 0 ? entryOf(Number(MainPID)) : null
    return entry && { entry, startedAt: startOf(entry, world.clock()), releaseDirectory: releaseOf(world.order, entry) }
  }

  async function members(): Promise<readonly ProcessEntry[]> {
    const { ControlGroup, MainPID } = await show()
    const pids = new Set([Number(MainPID), ...groupPids(ControlGroup ?? '')])
    return [...pids].flatMap((pid) => (pid > 0 ? (entryOf(pid) ?? []) : []))
  }

  async function stop(): Promise<void> {
    if ((await show()).ActiveState === 'inactive') return
    await systemctl(['stop', '--no-block', '--', unit])
    if (await until(process.stopTimeoutMs, async () => over(await show()))) return
    await systemctl(['kill', '--signal=SIGKILL', '--', unit])
    await until(5_000, async () => over(await show()))
  }

  async function start(): Promise<Found> {
    const { LoadState } = await show()
    if (LoadState !== 'loaded') throw notLoaded(LoadState ?? 'nothing')
    const asked = await systemctl(['start', '--no-block', '--', unit])
    if (asked.exitCode !== 0) throw commandFailed(`${process.name}: systemctl start ${unit} failed`, asked.stderr)
    await until(process.startTimeoutMs, async () => (await show()).ActiveState === 'failed' || (await find()) !== null)
    const found = await find()
    if (found) return found
    const { ActiveState, SubState } = await show()
    throw commandFailed(
      `${process.name}: expected ${unit} active, got ${ActiveState} (${SubState}); see journalctl -u ${unit}`,
      '',
    )
  }

  async function show(): Promise<Record<string, string>> {
    const answer = await systemctl(['show', `--property=${properties.join(',')}`, '--', unit])
    const shown = Object.fromEntries(answer.stdout.split('\n').map((line) => line.split(/=(.*)/s, 2)))
    // No answer is not "stopped".
    if (!shown.ActiveState) throw commandFailed(`systemctl show ${unit}: expected its state, got none`, answer.stderr)
    return shown
  }

  function notLoaded(got: string): ApplicationFailure {
    const message = `${process.name}: expected unit ${unit} to be loaded, got ${got}; install it first`
    return ApplicationFailure.create({ type: failureTypes.invalid, nonRetryable: true, message })
  }

  async function systemctl(args: readonly string[]) {
    return await askCommand(['systemctl', ...args], { cwd: '/', environment: world.environment, timeoutMs: 10_000 })
  }
}

const properties = ['LoadState', 'ActiveState', 'SubState', 'MainPID', 'ControlGroup']

function over(shown: Record<string, string>): boolean {
  return shown.ActiveState === 'inactive' || shown.ActiveState === 'failed'
}

/** Version 2 of control groups has one tree, version 1 one a controller. */
function groupPids(group: string): number[] {
  if (!group.startsWith('/') || group === '/') return []
  return ['', '/unified', '/systemd'].flatMap((tree) => {
    try {
      return readFileSync(`/sys/fs/cgroup${tree}${group}/cgroup.procs`, 'utf8').split('\n').filter(Boolean).map(Number)
    } catch (error) {
      if (isErrno(error, 'ENOENT', 'ENODEV', 'EOPNOTSUPP')) return []
      throw error
    }
  })
}

async function until(limitMs: number, reached: () => Promise<boolean>): Promise<boolean> {
  for (const giveUpAt = performance.now() + limitMs; performance.now() < giveUpAt; await pause(100)) {
    pulse()
    if (await reached()) return true
  }
  return false
}
