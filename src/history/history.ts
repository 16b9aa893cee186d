import type pg from 'pg'
import type { Sample } from '../domain/check.ts'
import type { ItemRecord } from '../domain/checklist.ts'
import type { Freeze, Freezes } from '../domain/gate/freeze.ts'
import type { LastDrill } from '../domain/gate/last-drill.ts'
import type { PromotionFacts } from '../domain/gate/promotion.ts'
import type { KeptProof } from '../domain/identity/taken-proof.ts'
import type { DeploymentEnd } from '../domain/log/entry.ts'
import type { Plan } from '../domain/plan.ts'
import type { PastRun } from '../domain/preview/estimate.ts'
import type { RunEvent } from '../domain/status.ts'
import {
  insertEvents,
  insertLaterEvent,
  insertSamples,
  readEvents,
  readItems,
  readSamples,
  upsertItems,
} from './append.ts'
import { type BlockedRelease, type Clearing, clearBlocked, listBlocked, readBlocked } from './blocked.ts'
import { closeDeployment } from './close.ts'
import {
  type DeploymentRow,
  insertDeployment,
  markLogged,
  type OpenDeployment,
  readDeploymentPlan,
  readDeploymentRow,
} from './deployments.ts'
import { readLastDrill } from './drills.ts'
import {
  type EnvironmentStatus,
  listEnvironments,
  readEnvironmentStatus,
  readLastSuccess,
  readVersionOfRecord,
  type VersionOfRecord,
} from './environment.ts'
import { endFreezes, insertFreeze, type NewFreeze, readFreezes, type Thaw } from './freezes.ts'
import { type DeploymentFilter, type DeploymentPage, listDeployments } from './list.ts'
import {
  insertLock,
  type LockRow,
  type NewLock,
  type Release,
  readExpiredLocks,
  readLocks,
  releaseExpired,
  releaseLocks,
} from './locks.ts'
import { readPastRuns } from './past-runs.ts'
import { readPromotion } from './promotion.ts'
import { insertProofs, readProofs, type UsedProof, useProof } from './proofs.ts'
import { readProvenEnvironments } from './proven-environments.ts'
import { inTransaction } from './query.ts'

export type Records = {
  items: readonly ItemRecord[]
  events: readonly RunEvent[]
  samples: readonly Sample[]
  /** Absent: none, as of runs in which nobody has to sign. */
  proofs?: readonly KeptProof[]
}
export type DeploymentDetails = {
  row: DeploymentRow
  plan: Plan
  items: ItemRecord[]
  events: RunEvent[]
  samples: Sample[]
  /** Every signature that the run took; empty where names are only claimed. */
  proofs: KeptProof[]
}

type Place = { service: string; environment: string }

/** Belay's own database. Every writing function may be repeated: it writes by natural key and reads back. */
export type History = {
  /** Adds the run unless it is there; answers the row as it stands. Locks whose time is over are released. */
  openDeployment(open: OpenDeployment): Promise<DeploymentRow>
  /** null: there is no such run. */
  closeDeployment(ended: { deployment: string; end: DeploymentEnd }): Promise<DeploymentRow | null>
  markLogged(deployment: string): Promise<void>
  appendRecords(deployment: string, records: Records): Promise<void>
  /** Adds what happened after that run had ended, once. */
  noteLater(deployment: string, event: Omit<RunEvent, 'seq'>): Promise<void>
  /** Answers the locks in force afterwards, the longest first; the asked one is among them unless its kind was taken. */
  lockEnvironment(lock: NewLock): Promise<LockRow[]>
  /** Answers the locks that this call, or the one it repeats, released. */
  unlockEnvironment(release: Release): Promise<LockRow[]>
  /** Answers the blocks that this call, or the one it repeats, cleared. */
  clearRelease(clearing: Clearing): Promise<BlockedRelease[]>
  /** Answers the run that used this signature first. */
  useProof(used: UsedProof): Promise<{ runId: string }>
  /** Where names had to be proven when something last ran there. */
  readProvenEnvironments(service: string): Promise<string[]>
  readDeployment(deployment: string): Promise<DeploymentRow | null>
  readDeploymentDetails(deployment: string): Promise<DeploymentDetails | null>
  readDeploymentPlan(deployment: string): Promise<Plan | null>
  listDeployments(filter: DeploymentFilter): Promise<DeploymentPage>
  readVersionOfRecord(place: Place): Promise<VersionOfRecord>
  readLastSuccess(wanted: Place & { commit?: string | null }): Promise<DeploymentRow | null>
  /** The newest deployments that passed, newest first: how long each took. */
  readPastRuns(place: Place): Promise<PastRun[]>
  /** What happened there to a release that is to be promoted from it. */
  readPromotion(wanted: Place & { version: string; commit: string }): Promise<PromotionFacts>
  /** The newest drill of a commit that changed anything, or is still open. */
  readLastDrill(wanted: Place & { commit: string }): Promise<LastDrill | null>
  readLocks(place: Place): Promise<LockRow[]>
  /** Locks whose time is over, until the next run is opened. */
  readExpiredLocks(place: Place): Promise<LockRow[]>
  /** Adds a freeze unless this very one was added before. */
  freeze(freeze: NewFreeze): Promise<void>
  /** Answers the freezes that this call, or the one it repeats, ended. */
  unfreeze(thaw: Thaw): Promise<Freeze[]>
  readFreezes(place: Place): Promise<Freezes>
  readBlocked(release: Place & { commit: string }): Promise<BlockedRelease | null>
  listBlocked(place: Place): Promise<BlockedRelease[]>
  readEnvironmentStatus(place: Place): Promise<EnvironmentStatus>
  listEnvironments(filter?: { service?: string | null }): Promise<EnvironmentStatus[]>
}

export function createHistory(pool: pg.Pool): History {
  return {
    openDeployment: (open) => openDeployment(pool, open),
    closeDeployment: (ended) => closeDeployment(pool, ended),
    markLogged: (deployment) => markLogged(pool, deployment),
    appendRecords: (deployment, records) => appendRecords(pool, deployment, records),
    noteLater: (deployment, event) => insertLaterEvent(pool, deployment, event),
    lockEnvironment: (lock) => lockEnvironment(pool, lock),
    unlockEnvironment: (release) => releaseLocks(pool, release),
    clearRelease: (clearing) => clearBlocked(pool, clearing),
    useProof: (used) => useProof(pool, used),
    readProvenEnvironments: (service) => readProvenEnvironments(pool, service),
    readDeployment: (deployment) => readDeploymentRow(pool, deployment),
    readDeploymentDetails: (deployment) => readDeploymentDetails(pool, deployment),
    readDeploymentPlan: (deployment) => readDeploymentPlan(pool, deployment),
    listDeployments: (filter) => listDeployments(pool, filter),
    readVersionOfRecord: ({ service, environment }) => readVersionOfRecord(pool, service, environment),
    readLastSuccess: (wanted) => readLastSuccess(pool, wanted),
    readPastRuns: ({ service, environment }) => readPastRuns(pool, service, environment),
    readPromotion: (wanted) => readPromotion(pool, wanted),
    readLastDrill: (wanted) => readLastDrill(pool, wanted),
    readLocks: ({ service, environment }) => readLocks(pool, service, environment),
    readExpiredLocks: ({ service, environment }) => readExpiredLocks(pool, service, environment),
    freeze: (freeze) => insertFreeze(pool, freeze),
    unfreeze: (thaw) => endFreezes(pool, thaw),
    readFreezes: ({ service, environment }) => readFreezes(pool, service, environment),
    readBlocked: (release) => readBlocked(pool, release),
    listBlocked: ({ service, environment }) => listBlocked(pool, service, environment),
    readEnvironmentStatus: ({ service, environment }) => readEnvironmentStatus(pool, service, environment),
    listEnvironments: (filter) => readEnvironments(pool, filter?.service ?? null),
  }
}

async function openDeployment(pool: pg.Pool, open: OpenDeployment): Promise<DeploymentRow> {
  await insertDeployment(pool, open)
  await releaseExpired(pool, open.plan.service, open.plan.environment)
  const row = await readDeploymentRow(pool, open.plan.deployment)
  if (row === null) throw new Error(`deployment ${open.plan.deployment}: expected its history row, found none`)
  return row
}

async function appendRecords(pool: pg.Pool, deployment: string, records: Records): Promise<void> {
  await inTransaction(pool, async (client) => {
    if (records.items.length > 0) await upsertItems(client, deployment, records.items)
    if (records.events.length > 0) await insertEvents(client, deployment, records.events)
    if (records.samples.length > 0) await insertSamples(client, deployment, records.samples)
    if (records.proofs?.length) await insertProofs(client, deployment, records.proofs)
  })
}

async function lockEnvironment(pool: pg.Pool, lock: NewLock): Promise<LockRow[]> {
  return inTransaction(pool, async (client) => {
    await releaseExpired(client, lock.service, lock.environment)
    await insertLock(client, lock)
    return readLocks(client, lock.service, lock.environment)
  })
}

async function readDeploymentDetails(pool: pg.Pool, deployment: string): Promise<DeploymentDetails | null> {
  const row = await readDeploymentRow(pool, deployment)
  const plan = await readDeploymentPlan(pool, deployment)
  if (row === null || plan === null) return null
  const items = await readItems(pool, deployment)
  const events = await readEvents(pool, deployment)
  const samples = await readSamples(pool, deployment)
  return { row, plan, items, events, samples, proofs: await readProofs(pool, deployment) }
}

async function readEnvironments(pool: pg.Pool, service: string | null): Promise<EnvironmentStatus[]> {
  const statuses: EnvironmentStatus[] = []
  for (const place of await listEnvironments(pool, service)) {
    statuses.push(await readEnvironmentStatus(pool, place.service, place.environment))
  }
  return statuses
}
