import pino from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createRecordActivities } from '../../activities/record/activities.ts'
import { type HistoryDatabase, startHistory } from '../history/database.ts'
import { endOf, minuteAfter, opened } from '../history/ends.ts'
import { commitOf, planFor } from '../history/plan.ts'

const noon = '2024-01-15T12:00:00.000Z'
const one = minuteAfter(noon)
const place = { service: 'shop', environment: 'production' }

let db: HistoryDatabase
let lines: string[]
let record: ReturnType<typeof createRecordActivities>

beforeAll(async () => {
  db = await startHistory()
}, 60_000)
afterAll(() => db.stop())
beforeEach(async () => {
  await db.empty()
  lines = []
  record = createRecordActivities({ history: db.history, logger: pino({}, { write: (line) => lines.push(line) }) })
})

describe('closing the record', () => {
  const entry = [
    '[2024-01-15 12:01:00] DEPLOYMENT',
    'Version: 1.2.3',
    `Commit: ${commitOf('a')}`,
    'Environment: production',
    'Deployed by: engineer@example.com',
    'Status: SUCCESS',
    'Health check: PASSED',
    'Rollback: N/A',
    '',
  ].join('\n')

  it('writes the end once and logs one line with the entry of the runbook', async () => {
    await record.openRecord(opened(planFor(), noon))
    const end = endOf(planFor(), 'SUCCESS', one)
    expect(await record.closeRecord({ deployment: 'd-1', end })).toEqual({ outcome: 'SUCCESS', entry })
    expect(await record.closeRecord({ deployment: 'd-1', end })).toEqual({ outcome: 'SUCCESS', entry })
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      deployment: 'd-1',
      outcome: 'SUCCESS',
      healthCheck: 'PASSED',
      msg: entry,
    })
    expect(await db.history.readDeployment('d-1')).toMatchObject({
      outcome: 'SUCCESS',
      finishedAt: one,
      logEntry: entry,
    })
  })

  it('prints the line again when the worker died before it could note that it had', async () => {
    await record.openRecord(opened(planFor(), noon))
    const dying = createRecordActivities({
      history: { ...db.history, markLogged: () => Promise.reject(new Error('killed')) },
      logger: { info: () => undefined },
    })
    const end = endOf(planFor(), 'SUCCESS', one)
    await expect(dying.closeRecord({ deployment: 'd-1', end })).rejects.toThrow()
    await record.closeRecord({ deployment: 'd-1', end })
    expect(lines).toHaveLength(1)
  })

  it('logs nothing for a run that changed nothing, and still keeps its end', async () => {
    await record.openRecord(opened(planFor(), noon))
    const end = endOf(planFor(), 'REFUSED', one, { changed: false, marker: null })
    expect(await record.closeRecord({ deployment: 'd-1', end })).toEqual({ outcome: 'REFUSED', entry: null })
    expect(lines).toEqual([])
    expect(await db.history.readDeployment('d-1')).toMatchObject({ healthCheck: 'N/A', sentence: 'REFUSED of 1.2.3' })
  })

  it('is refused for a run that has another end, or none open', async () => {
    const close = (outcome: 'SUCCESS' | 'ROLLED_BACK') =>
      record.closeRecord({ deployment: 'd-1', end: endOf(planFor(), outcome, one) })
    await expect(close('SUCCESS')).rejects.toMatchObject({ type: 'Invalid', nonRetryable: true })
    await record.openRecord(opened(planFor(), noon))
    await close('SUCCESS')
    await expect(close('ROLLED_BACK')).rejects.toMatchObject({ type: 'Invalid', nonRetryable: true })
  })

  it('blocks a release that was rolled back until somebody clears it, and a late repetition blocks nothing again', async () => {
    await record.openRecord(opened(planFor(), noon))
    const ended = { deployment: 'd-1', end: endOf(planFor(), 'ROLLED_BACK', one) }
    await record.closeRecord(ended)
    const wanted = { ...place, version: '1.2.4', commit: commitOf('a') }
    expect((await record.readEnvironment(wanted)).blocked).toEqual({ reason: 'ROLLED_BACK of 1.2.3', since: one })
    expect((await record.readEnvironment({ ...wanted, commit: commitOf('b') })).blocked).toBeNull()
    const clearing = { ...place, version: '1.2.3', by: 'ann', at: '2024-01-16T08:00:00Z', reason: 'network mended' }
    expect((await record.clearRelease(clearing)).cleared).toHaveLength(1)
    expect((await record.clearRelease(clearing)).cleared).toHaveLength(1)
    await record.closeRecord(ended)
    expect((await record.readEnvironment(wanted)).blocked).toBeNull()
    const { rows } = await db.pool.query('select cleared_by, cleared_reason from blocked_releases')
    expect(rows).toEqual([{ cleared_by: 'ann', cleared_reason: 'network mended' }])
  })

  it('blocks what a rollback by hand took off, and nothing when it went back to the same release', async () => {
    const live = { version: '1.2.3', commit: commitOf('a') }
    const rollBack = async (deployment: string, release: typeof live, rolledBack?: typeof live) => {
      const plan = planFor({ deployment })
      await record.openRecord(opened(plan, noon, 'rollback'))
      const end = endOf(plan, 'ROLLED_BACK', one, {
        startedAs: 'rollback',
        release,
        ...(rolledBack ? { rolledBack } : {}),
      })
      await record.closeRecord({ deployment, end })
    }
    await rollBack('only configuration', live)
    expect(await db.history.listBlocked(place)).toEqual([])
    await rollBack('code', { version: '1.1.0', commit: commitOf('b') })
    expect(await db.history.listBlocked(place)).toMatchObject([live])
    const named = { version: '1.3.0', commit: commitOf('c') }
    await rollBack('named', { version: '1.1.0', commit: commitOf('b') }, named)
    expect(await db.history.listBlocked(place)).toMatchObject([named, live])
  })

  it('locks the environment when the rollback failed until somebody unlocks, and a late repetition locks nothing again', async () => {
    await record.openRecord(opened(planFor(), noon))
    const ended = { deployment: 'd-1', end: endOf(planFor(), 'ROLLBACK_FAILED', one) }
    await record.closeRecord(ended)
    const wanted = { ...place, version: '1.2.4', commit: commitOf('b') }
    const facts = await record.readEnvironment(wanted)
    expect(facts.lock).toMatchObject({
      kind: 'rollback_failed',
      by: 'belay',
      reason: 'ROLLBACK_FAILED of 1.2.3',
      until: null,
    })
    expect(facts.versionOfRecord).toBe('unknown')
    const unlocking = { ...place, by: 'ann', at: '2024-01-16T08:00:00Z' }
    expect((await record.unlockEnvironment(unlocking)).released).toHaveLength(1)
    await record.closeRecord(ended)
    expect((await record.readEnvironment(wanted)).lock).toBeNull()
  })

  it('of a verified manual deployment releases its lock and no other', async () => {
    const plan = planFor({ deployment: 'm-1' })
    await record.openRecord({ ...opened(plan, noon, 'manual'), expiresAt: '2999-01-01T00:00:00Z' })
    const lock = { ...place, since: noon, until: '2999-01-01T00:00:00.000Z' }
    await record.lockEnvironment({
      ...lock,
      kind: 'manual',
      by: 'ann',
      reason: 'manual deployment by ann',
      deployment: 'm-1',
    })
    await record.lockEnvironment({ ...lock, kind: 'person', by: 'bob', reason: 'sale' })
    await record.closeRecord({ deployment: 'm-1', end: endOf(plan, 'SUCCESS', one) })
    expect(await db.history.readLocks(place)).toMatchObject([{ kind: 'person', by: 'bob' }])
  })
})
