import { ApplicationFailure } from '@temporalio/common'
import pino from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createRecordActivities } from '../../activities/record/activities.ts'
import { createHistory } from '../../src/history/history.ts'
import { createHistoryPool } from '../../src/history/pool.ts'
import { type HistoryDatabase, startHistory } from '../history/database.ts'
import { minuteAfter, opened } from '../history/ends.ts'
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

describe('opening the record', () => {
  it('happens once, however often it runs', async () => {
    await record.openRecord(opened(planFor(), noon))
    await record.openRecord(opened(planFor(), noon))
    expect((await db.history.listDeployments({})).rows).toHaveLength(1)
  })

  it('is refused under another run id: the workflow was reset', async () => {
    await record.openRecord(opened(planFor(), noon))
    const reset = record.openRecord({ ...opened(planFor(), noon), runId: 'another' })
    await expect(reset).rejects.toMatchObject({ type: 'WorkflowReset', nonRetryable: true })
  })

  it('is refused with another plan under the same deployment', async () => {
    await record.openRecord(opened(planFor(), noon))
    const other = record.openRecord(opened(planFor({ version: '9.9.9' }), noon))
    await expect(other).rejects.toMatchObject({ type: 'Invalid', nonRetryable: true })
  })

  it('fails so that it can be repeated while Postgres is away, and says nothing of the password', async () => {
    const pool = createHistoryPool({
      url: 'postgres://belay:canary-password@127.0.0.1:1/belay',
      onIdleError: () => undefined,
    })
    const away = createRecordActivities({ history: createHistory(pool), logger: { info: () => undefined } })
    const failure = await away.openRecord(opened(planFor(), noon)).catch((error: unknown) => error)
    await pool.end()
    expect(failure).toMatchObject({ type: 'HistoryAway', nonRetryable: false })
    expect(failure instanceof ApplicationFailure && failure.message).toContain('expected an answer, got ECONNREFUSED')
    expect(String(failure)).not.toContain('canary-password')
  })

  it('works again on the same pool after every connection was cut', async () => {
    await record.openRecord(opened(planFor(), noon))
    await db.pool.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    )
    await expect
      .poll(() =>
        record.openRecord(opened(planFor(), noon)).then(
          () => 'done',
          () => 'failed',
        ),
      )
      .toBe('done')
  })
})

describe('locks', () => {
  const lock = { ...place, kind: 'person' as const, reason: 'sale', by: 'ann', since: noon, until: null }

  it('are taken once, and the second person is told whose is in force', async () => {
    expect(await record.lockEnvironment(lock)).toMatchObject({ taken: true, lock: { by: 'ann' } })
    expect(await record.lockEnvironment(lock)).toMatchObject({ taken: true, lock: { by: 'ann' } })
    expect(await record.lockEnvironment({ ...lock, by: 'bob', since: one })).toMatchObject({
      taken: false,
      lock: { by: 'ann' },
    })
  })

  it('are taken by one of two who ask at the same time', async () => {
    const answers = await Promise.all(['ann', 'bob'].map((by) => record.lockEnvironment({ ...lock, by })))
    expect(answers.map(({ taken }) => taken).sort()).toEqual([false, true])
  })

  it('end by themselves at their time, and can be taken again', async () => {
    await record.lockEnvironment({ ...lock, until: one })
    expect(await db.history.readLocks(place)).toEqual([])
    expect(await record.lockEnvironment({ ...lock, by: 'bob', since: one })).toMatchObject({ taken: true })
    const { rows } = await db.pool.query('select by, released_by from locks order by id')
    expect(rows).toEqual([
      { by: 'ann', released_by: 'expired' },
      { by: 'bob', released_by: null },
    ])
  })

  it('do not come back when the taking is repeated after the unlocking', async () => {
    await record.lockEnvironment(lock)
    await record.unlockEnvironment({ ...place, by: 'bob', at: one })
    expect(await record.lockEnvironment(lock)).toEqual({ taken: false, lock: null })
  })

  it('taken after an unlocking survive its repetition', async () => {
    await record.lockEnvironment(lock)
    const unlocking = { ...place, by: 'bob', at: one }
    await record.unlockEnvironment(unlocking)
    await record.lockEnvironment({ ...lock, by: 'cyd', since: '2024-01-15T13:00:00.000Z' })
    expect((await record.unlockEnvironment(unlocking)).released).toMatchObject([{ by: 'ann' }])
    expect(await db.history.readLocks(place)).toMatchObject([{ by: 'cyd' }])
  })
})

describe('what stands between a release and an environment', () => {
  it('is nothing in a new environment', async () => {
    const facts = await record.readEnvironment({ ...place, version: '1.0.0', commit: commitOf('a') })
    const nothing = { lock: null, blocked: null, versionOfRecord: null }
    expect(facts).toEqual({ ...nothing, expired: [], freezes: { inForce: [], toCome: [] } })
  })
})

it('records for a run that was never opened are refused for good', async () => {
  const event = { seq: 1, at: noon, kind: 'phase' as const, text: 'gate', data: null }
  const orphan = record.appendRecords({ deployment: 'nobody', items: [], events: [event], samples: [] })
  await expect(orphan).rejects.toMatchObject({ type: 'Invalid', nonRetryable: true })
})
