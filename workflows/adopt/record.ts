import { workflowInfo } from '@temporalio/workflow'
import type { Adoption, AdoptionSurvey } from '../../src/domain/adoption.ts'
import type { HostRecord } from '../../src/domain/host.ts'
import { whoWords } from '../../src/domain/identity/who.ts'
import { deploymentEndOf, type FinishedRun, logEntryFor, logText } from '../../src/domain/log/entry.ts'
import { type Marker, markerFor } from '../../src/domain/marker.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { giveBackClaim } from '../hosts/claim.ts'
import { writeMarker } from '../hosts/marker.ts'
import { recordOrder } from '../people/prove-order.ts'
import { act, recordNow } from '../proxies.ts'
import { adoptedRecord, becomeOfRecord, recordByHand, recordByHandInGit } from '../record/of-record.ts'
import { now } from '../run/run.ts'
import { messageOf } from '../run/trouble.ts'
import type { Adopting } from './host.ts'

/** Marker, host records, log, history and git; where everything but a process was noted before, only claims end. */
export async function recordAdoption(adopting: Adopting): Promise<Adoption> {
  const { run, request } = adopting
  const { hosts } = adopting.survey
  const { deployment, release } = run.plan
  const fresh = hosts.filter((found) => !found.ofRecord)
  for (const { host } of hosts.filter((found) => found.ofRecord)) {
    await giveBackClaim(run, host, { id: `finish:${host}`, summary: 'processes noted anew' })
    run.fences.delete(host)
    adopting.written.push(`the notes of ${host}`)
  }
  const late =
    fresh.length > 0
      ? await recordFresh(adopting, fresh, markerFor(run.plan, release, new Date(Date.now()), request.by))
      : []
  return { deployment, release, hosts, late }
}

async function recordFresh(adopting: Adopting, hosts: AdoptionSurvey, marker: Marker): Promise<string[]> {
  const { run } = adopting
  await openRecord(adopting)
  const there = hosts.find((found) => found.marker !== null)?.marker ?? marker
  const finished: FinishedRun = {
    startedAs: 'manual',
    outcome: 'SUCCESS',
    changed: true,
    lastCheck: 'PASSED',
    release: run.plan.release,
    environment: run.plan.environment,
    deployedBy: there.deployed_by,
    at: now(),
  }
  const entry = logEntryFor(finished)
  const text = entry ? logText(entry) : ''
  for (const found of hosts.filter((one) => one.marker === null)) {
    await writeMarker(run, found.host, marker)
    adopting.written.push(`the marker on ${found.host}`)
  }
  for (const found of hosts) {
    await becomeOfRecord(run, run.plan, found.host, { records: [recordOf(run.plan, found)], text })
    run.fences.delete(found.host)
    adopting.written.push(`the record of ${found.host}`)
  }
  const sentence = `${run.plan.release.version} was running and is adopted by ${whoWords(adopting.orderer.who)}`
  await recordByHand(run.plan, deploymentEndOf(finished, { sentence, reason: null, marker: there }))
  // The hosts are done, and git may be far away: it is told, and nothing is taken back for it.
  return await recordByHandInGit(run.plan, text).then(
    () => [],
    (error: unknown) => [`not recorded in git: ${messageOf(error)}`],
  )
}

async function openRecord(adopting: Adopting): Promise<void> {
  const { plan, runId } = adopting.run
  const row = { id: 'open record', summary: `adoption of ${plan.release.version}` }
  const { workflowId } = workflowInfo()
  await act(recordNow.openRecord, row, { plan, kind: 'manual', workflowId, runId, startedAt: now() })
  adopting.opened = true
  await recordOrder(adopting.orderer, plan, 'adopt')
}

function recordOf(plan: Plan, { releaseDirectory, configuration, schema }: AdoptionSurvey[number]): HostRecord {
  const [migrations, catalog] = schema ? [schema.applied, schema.catalog] : [null, null]
  return adoptedRecord(plan, { releaseDirectory, configuration, migrations, catalog })
}
