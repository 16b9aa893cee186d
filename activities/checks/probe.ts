import type { CheckSpec, Probe } from '../../src/domain/check.ts'
import { probeCommand } from './command.ts'
import { probeHttp } from './http.ts'
import { probeLog } from './log.ts'
import { compilePattern } from './log-pattern.ts'
import { probeMarker } from './marker.ts'
import { probeMetric } from './metric.ts'
import { probePostgres } from './postgres.ts'
import { probePostgresPool } from './postgres-pool.ts'
import type { Answer, Probing } from './probing.ts'
import { probeProcess } from './process.ts'
import { probeTcp } from './tcp.ts'

/** Asks once. What the probed thing does is an answer; an error means that the check itself could not run. */
export function runProbe(probe: Probe, probing: Probing): Promise<Answer> {
  switch (probe.kind) {
    case 'http':
      return probeHttp(probe, probing)
    case 'postgres':
      return probePostgres(probe, probing)
    case 'postgres_pool':
      return probePostgresPool(probe, probing)
    case 'metric':
      return probeMetric(probe, probing)
    case 'log':
      return probeLog(probe, probing)
    case 'command':
      return probeCommand(probe, probing)
    case 'tcp':
      return probeTcp(probe, probing)
    case 'process':
      return probeProcess(probe, probing)
    case 'marker':
      return probeMarker(probing)
  }
}

/** Throws `Invalid` for a check that can never run, before any of them does. */
export function refuseHopeless(checks: readonly CheckSpec[]): void {
  for (const { probe } of checks) {
    if (probe.kind !== 'log') continue
    if (probe.absent !== null) compilePattern(probe.absent)
    if (probe.present !== null) compilePattern(probe.present)
  }
}

/** Whom silence speaks about: a service that does not answer in time failed; a source of data that does not is no data. */
export function answerWhenLate(probe: Probe, timeoutMs: number): Pick<Answer, 'verdict' | 'nothing' | 'got'> {
  const got = `no answer within ${timeoutMs} ms`
  switch (probe.kind) {
    case 'http':
    case 'postgres':
    case 'postgres_pool':
    case 'command':
    case 'tcp':
      return { verdict: 'failed', nothing: 'away', got }
    case 'metric':
      return { verdict: 'inconclusive', nothing: 'away', got: `no data: ${got}` }
    case 'log':
    case 'process':
    case 'marker':
      return { verdict: 'error', got }
  }
}
