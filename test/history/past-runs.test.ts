import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RunEvent } from '../../src/domain/status.ts'
import { type HistoryDatabase, startHistory } from './database.ts'
import { deployed, endOf, opened } from './ends.ts'
import { planFor } from './plan.ts'

const place = { service: 'shop', environment: 'production' }

let db: HistoryDatabase
beforeAll(async () => {
  db = await startHistory()
}, 60_000)
afterAll(() => db.stop())

test('how long deployments took that passed here, by phase, newest first; others do not count', async () => {
  expect(await db.history.readPastRuns(place)).toEqual([])
  await passed('d-1', '2024-01-15T12:00:00.000Z')
  await passed('d-2', '2024-01-16T12:00:00.000Z')
  await deployed(db.history, { deployment: 'd-3', version: '1.0.0' }, 'ROLLED_BACK', '2024-01-17T12:00:00.000Z')
  await deployed(db.history, { deployment: 'd-4', environment: 'staging' }, 'SUCCESS', '2024-01-17T12:00:00.000Z')
  await deployed(db.history, { deployment: 'd-5' }, 'SUCCESS', '2024-01-14T12:00:00.000Z')
  expect(await db.history.readPastRuns(place)).toEqual([
    { ms: 100_000, phases: { gate: 20_000, release: 10_000, watch: 60_000 } },
    { ms: 100_000, phases: { gate: 20_000, release: 10_000, watch: 60_000 } },
    { ms: 60_000, phases: {} },
  ])
})

test('twenty of them are the newest nine', async () => {
  const day = (count: number) => `2024-02-${String(count + 1).padStart(2, '0')}T12:00:00.000Z`
  for (let count = 0; count < 20; count++) await passed(`many-${count}`, day(count))
  expect(await db.history.readPastRuns(place)).toHaveLength(9)
})

/** The row is opened after the gate, as in a run; the gate counts all the same. */
async function passed(deployment: string, startedAt: string): Promise<void> {
  const plan = planFor({ deployment })
  const later = (seconds: number) => new Date(Date.parse(startedAt) + seconds * 1_000).toISOString()
  await db.history.openDeployment(opened(plan, later(20)))
  const phases = { gate: 0, release: 20, watch: 30, recording: 90 }
  const events = Object.entries(phases).map(([phase, seconds], index): RunEvent => {
    return { seq: index * 2 + 1, at: later(seconds), kind: 'phase', text: phase, data: { phase } }
  })
  const step: RunEvent = { seq: 2, at: later(1), kind: 'step', text: 'a step is no phase', data: null }
  await db.history.appendRecords(deployment, { items: [], events: [...events, step], samples: [] })
  await db.history.closeDeployment({ deployment, end: endOf(plan, 'SUCCESS', later(100)) })
}
