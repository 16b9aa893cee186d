import { Client, Connection } from '@temporalio/client'
import semver from 'semver'
import { type TemporalSettings, temporalSettings } from '../client/temporal-settings.ts'
import { terminatedRuns } from '../client/watchdog/terminated-runs.ts'
import { whyUnreachable } from '../client/why-unreachable.ts'
import { lastPollMs, type QueueKind } from '../client/workers.ts'
import { hostTaskQueue, taskQueue } from '../domain/id.ts'
import { isFreshPoll } from '../domain/polls.ts'
import { searchAttributes } from '../domain/search-attributes.ts'
import { judgeRuns } from '../domain/watchdog/watchdog.ts'
import { addCommand, missingSearchAttributes } from '../worker/search-attributes.ts'
import type { Finding, Patient } from './finding.ts'
import { cachedTemporal } from './temporal-binary.ts'

/** The server, its version, the search attributes and the workers that poll. */
export async function temporalFindings(patient: Patient): Promise<Finding[]> {
  try {
    const settings = temporalSettings(patient.environment)
    return settings.given ? await reachedFindings(settings, patient) : [await programFinding(patient)]
  } catch (error) {
    const detail = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    const fix = 'start it with belay dev, or correct TEMPORAL_ADDRESS and its other settings'
    return [{ name: 'temporal', ok: false, detail, fix }]
  }
}

async function reachedFindings(settings: TemporalSettings, patient: Patient): Promise<Finding[]> {
  const { options, spoken: address, namespace } = settings
  const connection = await Connection.connect({ ...options, connectTimeout: 3_000 }).catch(async (error: unknown) => {
    throw await whyUnreachable(settings, error)
  })
  try {
    return await connection.withDeadline(Date.now() + 5_000, () =>
      findingsOf(connection, { address, namespace, patient }),
    )
  } finally {
    await connection.close()
  }
}

/** Servers before these have published vulnerabilities; the newest one Go can build is older. */
export function isVulnerable(serverVersion: string): boolean {
  const version = semver.coerce(serverVersion)
  return version === null || semver.satisfies(version, '<1.29.5 || >=1.30.0 <1.30.3')
}

async function programFinding({ environment }: Patient): Promise<Finding> {
  const program = await cachedTemporal({ environment: { ...environment } })
  if (program)
    return {
      name: 'temporal',
      ok: true,
      ...versionNote(`none given: belay dev starts ${program.file}`, program.serverVersion),
    }
  return { name: 'temporal', ok: true, detail: 'none given: belay dev downloads or builds one', fix: null }
}

type Reached = { address: string; namespace: string; patient: Patient }

async function findingsOf(connection: Connection, { address, namespace, patient }: Reached): Promise<Finding[]> {
  const { serverVersion } = await connection.workflowService.getSystemInfo({})
  const server = { name: 'temporal', ok: true, ...versionNote(`${address}, namespace ${namespace}`, serverVersion) }
  const queues = [
    { name: 'worker', queue: taskQueue, kind: 1 as const, fix: 'start one with belay worker (or belay dev)' },
    ...patient.hosts.map((host) => ({
      name: `agent ${host}`,
      queue: hostTaskQueue(host),
      kind: 2 as const,
      fix: `start it on that host with belay worker --host ${host}`,
    })),
  ]
  const now = patient.now().getTime()
  const client = new Client({ connection, namespace })
  const pollers = queues.map((queue) => pollerFinding(client, queue, now))
  const halfWay = await halfWayFinding(client, now)
  return [server, await attributesFinding(connection, namespace), ...(await Promise.all(pollers)), halfWay]
}

function versionNote(where: string, serverVersion: string): Pick<Finding, 'detail' | 'fix'> {
  const detail = `${where}, server ${serverVersion}`
  if (!isVulnerable(serverVersion)) return { detail, fix: null }
  return {
    detail,
    fix: 'note: servers before 1.29.5 and 1.30.3 have known vulnerabilities; keep it on loopback, use a newer one for a team',
  }
}

async function attributesFinding(connection: Connection, namespace: string): Promise<Finding> {
  const { missing, closed } = await missingSearchAttributes(connection, namespace)
  const name = 'search attributes'
  const asked = closed ? ' (their types could not be asked for)' : ''
  if (missing.length === 0) return { name, ok: true, detail: `all ${searchAttributes.length} known${asked}`, fix: null }
  const detail = `missing as keywords: ${missing.join(', ')}`
  return { name, ok: false, detail, fix: addCommand(namespace, missing) }
}

/** Terminated runs undo nothing, and no list of open runs shows them. */
async function halfWayFinding(client: Client, nowMs: number): Promise<Finding> {
  const terminated = await terminatedRuns(client, nowMs - halfWayDays * 24 * 60 * 60_000)
  const [first, ...others] = judgeRuns({ nowMs, open: [], polledAtMs: new Map(), terminated, failedNotices: [] })
  const name = 'half-way runs'
  if (!first) return { name, ok: true, detail: `none was terminated half way in ${halfWayDays} days`, fix: null }
  return { name, ok: false, detail: [first, ...others].map(({ text }) => text).join('; '), fix: first.next }
}

const halfWayDays = 7

/** A poller that was killed stays listed: the time of its last poll tells. */
async function pollerFinding(
  client: Client,
  { name, queue, kind, fix }: { name: string; queue: string; kind: QueueKind; fix: string },
  now: number,
): Promise<Finding> {
  const newest = await lastPollMs(client, queue, kind)
  if (newest === null) return { name, ok: false, detail: `nobody polls task queue ${queue}`, fix }
  const ok = isFreshPoll(newest, now)
  const ageMs = Math.max(0, now - newest)
  return { name, ok, detail: `task queue ${queue} was polled ${Math.round(ageMs / 1000)} s ago`, fix: ok ? null : fix }
}
