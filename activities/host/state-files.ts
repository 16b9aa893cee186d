import type { Claim, EnvironmentLock, HostRecord } from '../../src/domain/host.ts'
import type { Marker } from '../../src/domain/marker.ts'
import type { Plan } from '../../src/domain/plan.ts'

/** What a host remembers of a deployment for ever: its run, so that a reset one is known. */
export type KnownDeployment = { deployment: string; runId: string; fence: number; finished: boolean }

/** The last claim this host gave out; it outlives the claim, so that fences only grow. */
export type LastFence = { fence: number; deployment: string }

/*
 * Readers of Belay's own files. They were written whole, by us; each looks for what tells one apart and throws on
 * anything else, so that a damaged or foreign file stops work instead of guiding it.
 */

export function parseClaim(value: unknown): Claim {
  const { deployment, runId, fence, phase, since } = fieldsOf(value)
  return {
    deployment: text(deployment),
    runId: text(runId),
    fence: count(fence),
    phase: text(phase),
    since: text(since),
  }
}

export function parseKnown(value: unknown): KnownDeployment {
  const { deployment, runId, fence, finished } = fieldsOf(value)
  return { deployment: text(deployment), runId: text(runId), fence: count(fence), finished: finished === true }
}

export function parseFence(value: unknown): LastFence {
  const { fence, deployment } = fieldsOf(value)
  return { fence: count(fence), deployment: text(deployment) }
}

export function parseLock(value: unknown): EnvironmentLock {
  const { reason, by, since, until, claimed } = fieldsOf(value)
  const lock = { reason: text(reason), by: text(by), since: text(since), until: until === null ? null : text(until) }
  return claimed === false ? { ...lock, claimed } : lock
}

export function parseRecords(value: unknown): HostRecord[] {
  if (!Array.isArray(value)) throw new Error('expected a list')
  return value.map((item) => {
    if (!isHostRecord(item)) throw new Error('expected a host record')
    return item
  })
}

export function parsePlan(value: unknown): Plan {
  if (!isPlan(value)) throw new Error('expected a plan of protocol 1')
  return value
}

/** null: not the five words of a marker. */
export function parseMarker(value: unknown): Marker | null {
  try {
    const { version, timestamp, commit, environment, deployed_by } = fieldsOf(value)
    return {
      version: text(version),
      timestamp: text(timestamp),
      commit: text(commit),
      environment: text(environment),
      deployed_by: text(deployed_by),
    }
  } catch {
    return null
  }
}

function isHostRecord(value: unknown): value is HostRecord {
  const { deployment, release, releaseDirectory, planDigest, configuration, outcome } = fieldsOf(value)
  const { version, commit } = fieldsOf(release)
  const texts = [deployment, releaseDirectory, planDigest, version, commit, outcome]
  return texts.every((word) => typeof word === 'string') && Array.isArray(configuration)
}

function isPlan(value: unknown): value is Plan {
  const { protocol, deployment, service, digest, layout, marker } = fieldsOf(value)
  const texts = [deployment, service, digest, fieldsOf(layout).directory, fieldsOf(marker).file]
  return protocol === 1 && texts.every((word) => typeof word === 'string')
}

function fieldsOf(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('expected an object')
  return { ...value }
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new Error('expected a text')
  return value
}

function count(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw new Error('expected a whole number')
  return value
}
