import type { Probe } from '../../src/domain/check.ts'
import { expectationOf } from './expectation.ts'
import type { Answer, Probing } from './probing.ts'

/** Alive by the process's own facts (pid, start, working directory), not by a file that says so. */
export async function probeProcess(probe: Extract<Probe, { kind: 'process' }>, probing: Probing): Promise<Answer> {
  const { order, releaseDirectory, processes } = probing.context
  const own = processes.filter((process) => process.name === probe.process)
  if (order === null || releaseDirectory === null) throw new Error('expected a host and a release, got none')
  if (own.length === 0) throw new Error(`expected one of ${names(processes)}, got ${probe.process}`)
  const { running, missing } = await probing.inspectProcesses({ order, processes: own, releaseDirectory })
  const found = running.filter((process) => process.process === probe.process)
  const alive = found.length > 0 && !missing.includes(probe.process)
  const got = found.map((process) => `pid ${process.pid} since ${process.startedAt}`).join(', ')
  const expected = expectationOf(probe)
  return alive
    ? { verdict: 'passed', expected, got }
    : { verdict: 'failed', nothing: 'away', expected, got: 'not running' }
}

function names(processes: readonly { name: string }[]): string {
  return processes.map((process) => process.name).join(', ') || 'no processes'
}
