import { workflowInfo } from '@temporalio/workflow'
import { whoWords } from '../../src/domain/identity/who.ts'
import { deploymentEndOf, type FinishedRun, logEntryFor, logText } from '../../src/domain/log/entry.ts'
import type { Marker } from '../../src/domain/marker.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { sampleLine } from '../../src/domain/reason.ts'
import { claim } from '../hosts/claim.ts'
import { inspect } from '../hosts/inspect.ts'
import { type Orderer, proveOrder, recordOrder } from '../people/prove-order.ts'
import { act, onHost, record } from '../proxies.ts'
import { adoptedRecord, becomeOfRecord, recordByHand, recordByHandInGit } from '../record/of-record.ts'
import { newLive } from '../run/live.ts'
import { openRun } from '../run/open-run.ts'
import { now, orderFor, type Run } from '../run/run.ts'
import { whatIsLive } from '../short-runs/check-environment.ts'
import { announceVerification, proveLive, runAllChecks } from '../verify.ts'
import type { MarkerAsked } from './create.ts'

export type MarkerVerdict = {
  verified: boolean
  release: { version: string; commit: string } | null
  problems: readonly string[]
}

/** After a manual deployment: file, serving version and health; then history and log are written and the lock ends. */
export async function verifyMarker(request: MarkerAsked): Promise<MarkerVerdict> {
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
  const state = await inspect(run, host, 'what it runs')
  const releaseDirectory = state.live.releaseDirectory ?? plan.layout.directory
  const migrations = state.records[0]?.migrations ?? null
  const adopted = adoptedRecord(plan, { releaseDirectory, configuration: [], migrations, catalog: null })
  await becomeOfRecord(run, plan, host, { records: [adopted, ...state.records], text })
}
