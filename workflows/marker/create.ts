import { workflowInfo } from '@temporalio/workflow'
import type { Proof } from '../../src/domain/identity/proof.ts'
import { type Who, whoWords } from '../../src/domain/identity/who.ts'
import { type Marker, markerFor } from '../../src/domain/marker.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { words } from '../../src/domain/reason.ts'
import { claim, giveBackClaim } from '../hosts/claim.ts'
import { writeMarker } from '../hosts/marker.ts'
import { type Orderer, proveOrder, recordOrder } from '../people/prove-order.ts'
import { act, onHost, record, recordNow } from '../proxies.ts'
import { openRun } from '../run/open-run.ts'
import { now, orderFor, type Run } from '../run/run.ts'

/** How long a person has for a deployment by hand before the environment's version counts as unknown. */
const manualWindowMs = 2 * 60 * 60 * 1000

/** `proof`: shows that `by` asked for it; absent: nobody proved it. */
export type MarkerAsked = { plan: Plan; by: string; proof?: Proof }

/**
 * Before a manual deployment: the marker on every host, the environment locked for two hours in the person's name, and
 * a row that says what was begun. `plan.release` is what the person is about to deploy by hand.
 */
export async function createMarker(request: MarkerAsked): Promise<{ marker: Marker; until: string }> {
  const { plan, by } = request
  const orderer = await proveOrder(plan, { action: 'marker create', by, ...plan.release }, request.proof)
  const run = openRun(plan, 'rollback')
  const until = new Date(Date.now() + manualWindowMs).toISOString()
  const marker = markerFor(plan, plan.release, new Date(Date.now()), by)
  await openRecord(run, until)
  await recordOrder(orderer, plan, 'marker create')
  const lock = { reason: `manual deployment by ${whoWords(orderer.who)}`, ...orderer.who, since: now(), until }
  for (const host of plan.hosts) await markAndLock(run, host, marker, lock)
  await lockInHistory(run, lock, orderer)
  return { marker, until }
}

type Lock = Who & { reason: string; since: string; until: string }

async function openRecord({ plan, runId }: Run, expiresAt: string): Promise<void> {
  const { workflowId } = workflowInfo()
  const row = { id: 'open record', summary: `manual deployment of ${plan.release.version}` }
  await act(recordNow.openRecord, row, { plan, kind: 'manual', workflowId, runId, startedAt: now(), expiresAt })
}

/** The claim ends before the person begins: from here on the lock is what keeps others away. */
async function markAndLock(run: Run, host: string, marker: Marker, lock: Lock): Promise<void> {
  await claim(run, host, false)
  await writeMarker(run, host, marker)
  await giveBackClaim(run, host, { id: `finish:${host}`, summary: 'claim given back' })
  const row = { id: `lock:${host}`, summary: lock.reason }
  await act(onHost(host, 'probe').lockHost, row, { order: orderFor(run, host), lock })
}

async function lockInHistory({ plan }: Run, lock: Lock, { proof }: Orderer): Promise<void> {
  const { service, environment, deployment } = plan
  const row = { id: 'lock', summary: `${lock.reason}, ${words(manualWindowMs)}` }
  await act(record.lockEnvironment, row, { service, environment, ...lock, kind: 'manual', deployment, proof })
}
