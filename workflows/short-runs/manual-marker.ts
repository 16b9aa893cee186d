import { workflowInfo } from '@temporalio/workflow'
import type { Proof } from '../../src/domain/identity/proof.ts'
import { whoWords } from '../../src/domain/identity/who.ts'
import { deploymentEndOf, type FinishedRun, logEntryFor, logText } from '../../src/domain/log/entry.ts'
import { type Marker, markerFor, markerText } from '../../src/domain/marker.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { sampleLine, words } from '../../src/domain/reason.ts'
import { claim } from '../hosts/claim.ts'
import { type Orderer, proveOrder, recordOrder } from '../prove-order.ts'
import { act, onHost, record, recordNow } from '../proxies.ts'
import { adoptedRecord, becomeOfRecord, recordByHand, recordByHandInGit } from '../record/of-record.ts'
import { newLive } from '../run/live.ts'
import { openRun } from '../run/open-run.ts'
import { now, orderFor, type Run } from '../run/run.ts'
import { named } from '../run/trouble.ts'
import { announceVerification, proveLive, runAllChecks } from '../verify.ts'
import { whatIsLive } from './check-environment.ts'

/** How long a person has for a deployment by hand before the environment's version counts as unknown. */
const manualWindowMs = 2 * 60 * 60 * 1000

/** `proof`: shows that `by` asked for it; absent: nobody proved it. */
type Asked = { plan: Plan; by: string; proof?: Proof }

/**
 * Before a manual deployment: the marker on every host, the environment locked for two hours in the person's name, and
 * a row that says what was begun. `plan.release` is what the person is about to deploy by hand.
 */
export async function createMarker(request: Asked): Promise<{ marker: Marker; until: string }> {
  const { plan, by } = request
  const orderer = await proveOrder(plan, { action: 'marker create', by, ...plan.release }, request.proof)
  const run = openRun(plan, 'rollback')
  const until = new Date(Date.now() + manualWindowMs).toISOString()
  const marker = markerFor(plan, plan.release, new Date(Date.now()), by)
  const open = {
    plan,
    kind: 'manual' as const,
    workflowId: workflowInfo().workflowId,
    runId: run.runId,
    startedAt: now(),
    expiresAt: until,
  }
  await act(recordNow.openRecord, { id: 'open record', summary: `manual deployment of ${plan.release.version}` }, open)
  await recordOrder(orderer, plan, 'marker create')
  const lock = { reason: `manual deployment by ${whoWords(orderer.who)}`, ...orderer.who, since: now(), until }
  for (const host of plan.hosts) {
    await claim(run, host, false)
    await writeMarker(run, host, marker)
    await act(
      onHost(host, 'patient').finishHost,
      { id: `finish:${host}`, summary: 'claim given back' },
      { order: orderFor(run, host), records: null },
    )
    await act(
      onHost(host, 'probe').lockHost,
      { id: `lock:${host}`, summary: lock.reason },
      { order: orderFor(run, host), lock },
    )
  }
  const { service, environment, deployment } = plan
  await act(
    record.lockEnvironment,
    { id: 'lock', summary: `${lock.reason}, ${words(manualWindowMs)}` },
    { service, environment, ...lock, kind: 'manual', deployment, proof: orderer.proof },
  )
  return { marker, until }
}

export type MarkerVerdict = {
  verified: boolean
  release: { version: string; commit: string } | null
  problems: readonly string[]
}

/** After a manual deployment: file, serving version and health; then history and log are written and the lock ends. */
export async function verifyMarker(request: Asked): Promise<MarkerVerdict> {
  const { plan, by } = request
  const orderer = await proveOrder(plan, { action: 'marker verify', by, ...plan.release }, request.proof)
  // The hosts obey one run for each deployment, and the one that made the marker is over: this claim is of its own.
  const run = openRun({ ...plan, deployment: `${plan.deployment}-v-${workflowInfo().runId.slice(0, 8)}` }, 'rollback')
  const there = await whatIsLive(run)
  const live = newLive(plan)
  for (const [host, directory] of there.releaseDirectories) live.releaseDirectories.set(host, directory)
  live.markerText = there.markerText
  const problems = await problemsOf(run, live)
  if (problems.length > 0) return { verified: false, release: plan.release, problems }
  await writeDown(run, plan, JSON.parse(live.markerText), orderer)
  return { verified: true, release: plan.release, problems: [] }
}

/** What the hosts' markers say now. */
export async function showMarker(
  plan: Plan,
): Promise<{ host: string; marker: Marker | null; problem: string | null }[]> {
  const run = openRun(plan, 'rollback')
  const found = []
  for (const host of plan.hosts) {
    const row = { id: `read marker:${host}`, summary: plan.marker.file }
    const read = await act(onHost(host, 'probe').readMarker, row, {
      order: orderFor(run, host),
      file: plan.marker.file,
    })
    found.push({ host, ...read })
  }
  return found
}

/** The marker alone: nothing else of what is live is touched. */
export async function writeMarker(run: Run, host: string, marker: Marker): Promise<void> {
  const target = { over: [], record: null, migrations: null, catalog: null }
  const row = { id: `marker:${host}`, summary: `${marker.version} on ${host}` }
  const input = {
    order: orderFor(run, host),
    plan: run.plan,
    target,
    only: 'marker' as const,
    markerText: markerText(marker),
    try: 1,
  }
  await named('marker', host, () => act(onHost(host, 'patient').switchBack, row, input))
}

async function problemsOf(run: Run, live: ReturnType<typeof newLive>): Promise<string[]> {
  const expected = live.markerText === '' ? null : JSON.parse(live.markerText)
  if (expected?.version !== live.release.version) {
    return [`marker: expected version ${live.release.version}, got ${expected?.version ?? 'no marker'}`]
  }
  const samples = await runAllChecks(run, live, false)
  const bad = samples.filter((sample) => sample.verdict !== 'passed')
  announceVerification(run, bad)
  if (bad.length > 0) return bad.map(sampleLine)
  try {
    await proveLive(run, live)
    return []
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
}

async function writeDown(run: Run, plan: Plan, marker: Marker, orderer: Orderer): Promise<void> {
  const finished: FinishedRun = {
    startedAs: 'manual',
    outcome: 'SUCCESS',
    changed: true,
    lastCheck: 'PASSED',
    release: plan.release,
    environment: plan.environment,
    deployedBy: marker.deployed_by,
    at: now(),
  }
  const entry = logEntryFor(finished)
  const text = entry ? logText(entry) : ''
  for (const host of plan.hosts) await finishManually(run, plan, host, text)
  const end = deploymentEndOf(finished, {
    sentence: `${plan.release.version} deployed by hand and verified by ${whoWords(orderer.who)}`,
    reason: null,
    marker,
  })
  await recordOrder(orderer, plan, 'marker verify', 2)
  await recordByHand(plan, end)
  await recordByHandInGit(plan, text)
  const { service, environment } = plan
  const { by } = orderer.who
  await act(
    record.unlockEnvironment,
    { id: 'unlock', summary: `by ${by}` },
    { service, environment, by, at: now(), kind: 'manual', proof: orderer.proof },
  )
}

/** The hand-made release becomes this host's version of record; there is no restore point behind it. */
async function finishManually(run: Run, plan: Plan, host: string, text: string): Promise<void> {
  await act(
    onHost(host, 'probe').unlockHost,
    { id: `unlock:${host}`, summary: 'verified' },
    { order: orderFor(run, host) },
  )
  await claim(run, host, false)
  const state = await act(
    onHost(host, 'probe').inspectHost,
    { id: `inspect:${host}`, summary: 'what it runs' },
    { order: orderFor(run, host) },
  )
  const releaseDirectory = state.live.releaseDirectory ?? plan.layout.directory
  const migrations = state.records[0]?.migrations ?? null
  const adopted = adoptedRecord(plan, { releaseDirectory, configuration: [], migrations, catalog: null })
  await becomeOfRecord(run, plan, host, { records: [adopted, ...state.records], text })
}
