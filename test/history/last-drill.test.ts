import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Outcome } from '../../src/domain/outcome.ts'
import { type HistoryDatabase, startHistory } from './database.ts'
import { deployed, endOf, minuteAfter, opened } from './ends.ts'
import { commitOf, planFor } from './plan.ts'

const noon = '2024-01-15T12:00:00.000Z'
const later = '2024-01-15T13:00:00.000Z'
const place = { service: 'shop', environment: 'production' }
const commit = commitOf('b')

let db: HistoryDatabase
beforeAll(async () => {
  db = await startHistory()
}, 60_000)
afterAll(() => db.stop())
beforeEach(() => db.empty())

it('keeps how long the way back took, blocks nothing, is nobody’s version of record and no success', async () => {
  await deployed(db.history, { deployment: 'd-1', version: '1.0.0' }, 'SUCCESS', noon)
  await drilled('drill-1', 'ROLLED_BACK', later, 14_200)
  expect(await db.history.readDeployment('drill-1')).toMatchObject({ kind: 'drill', wayBackMs: 14_200 })
  expect(await last()).toMatchObject({ deployment: 'drill-1', wayBackMs: 14_200, finishedAt: minuteAfter(later) })
  expect(await db.history.listBlocked(place)).toEqual([])
  expect(await db.history.readVersionOfRecord(place)).toMatchObject({ version: '1.0.0' })
  expect(await db.history.readLastSuccess({ ...place, commit })).toBeNull()
})

it('a deployment that ended so blocks its release', async () => {
  await deployed(db.history, { deployment: 'd-1', version: '1.3.0', commit }, 'ROLLED_BACK', noon)
  expect(await db.history.listBlocked(place)).toMatchObject([{ version: '1.3.0' }])
  expect(await last()).toBeNull()
})

it('the later one outweighs the earlier, and what changed nothing is no drill', async () => {
  await drilled('drill-1', 'ROLLED_BACK', noon, 9_000)
  await drilled('drill-2', 'REFUSED', later, null)
  expect(await last()).toMatchObject({ deployment: 'drill-1' })
  await drilled('drill-3', 'ROLLBACK_FAILED', later, null)
  expect(await last()).toMatchObject({ deployment: 'drill-3', wayBackMs: null })
  expect(await db.history.readLocks(place)).toMatchObject([{ kind: 'rollback_failed' }])
})

it('one that is open hides the one before it: nobody knows yet', async () => {
  await drilled('drill-1', 'ROLLED_BACK', noon, 9_000)
  await db.history.openDeployment(opened(planOf('drill-2'), later, 'drill'))
  expect(await last()).toMatchObject({ deployment: 'drill-2', outcome: null, finishedAt: null })
})

it('answers for the commit and the environment that were asked about', async () => {
  await drilled('drill-1', 'ROLLED_BACK', noon, 9_000)
  expect(await db.history.readLastDrill({ ...place, commit: commitOf('c') })).toBeNull()
  expect(await db.history.readLastDrill({ ...place, environment: 'staging', commit })).toBeNull()
})

function last() {
  return db.history.readLastDrill({ ...place, commit })
}

function planOf(deployment: string) {
  return planFor({ deployment, version: '1.3.0', commit })
}

async function drilled(deployment: string, outcome: Outcome, at: string, wayBackMs: number | null): Promise<void> {
  const plan = planOf(deployment)
  await db.history.openDeployment(opened(plan, at, 'drill'))
  const end = endOf(plan, outcome, minuteAfter(at), { startedAs: 'drill', wayBackMs })
  await db.history.closeDeployment({ deployment, end })
}
