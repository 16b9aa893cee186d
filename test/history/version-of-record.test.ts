import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type HistoryDatabase, startHistory } from './database.ts'
import { deployed, endOf, minuteAfter, opened } from './ends.ts'
import { commitOf, planFor } from './plan.ts'

const noon = '2024-01-15T12:00:00.000Z'
const place = { service: 'shop', environment: 'production' }

let db: HistoryDatabase
beforeAll(async () => {
  db = await startHistory()
}, 60_000)
afterAll(() => db.stop())
beforeEach(() => db.empty())

describe('the version of record', () => {
  it('is nothing before a deployment, and that of the last one that passed after it', async () => {
    expect(await db.history.readVersionOfRecord(place)).toBeNull()
    await deployed(db.history, { deployment: 'd-1', version: '1.0.0' }, 'SUCCESS', noon)
    await deployed(db.history, { deployment: 'd-2', version: '1.1.0' }, 'REFUSED', minuteAfter(noon))
    expect(await db.history.readVersionOfRecord(place)).toMatchObject({ version: '1.0.0', deployment: 'd-1' })
  })

  it('stays when a deployment came back by itself', async () => {
    await deployed(db.history, { deployment: 'd-1', version: '1.0.0' }, 'SUCCESS', noon)
    await deployed(db.history, { deployment: 'd-2', version: '1.1.0' }, 'ROLLED_BACK', minuteAfter(noon))
    expect(await db.history.readVersionOfRecord(place)).toMatchObject({ version: '1.0.0' })
  })

  it('is the restored one after a rollback by hand, and nothing when that went back to nothing', async () => {
    await deployed(db.history, { deployment: 'd-1', version: '1.0.0', commit: commitOf('a') }, 'SUCCESS', noon)
    const plan = await deployed(
      db.history,
      { deployment: 'd-2', version: '1.1.0', commit: commitOf('b') },
      'SUCCESS',
      minuteAfter(noon),
    )
    const restored = { version: '1.0.0', commit: commitOf('a') }
    await rollBackByHand('r-1', plan, restored, '2024-01-15T13:00:00.000Z')
    expect(await db.history.readVersionOfRecord(place)).toMatchObject({ ...restored, deployment: 'r-1' })
    await rollBackByHand('r-2', planFor({ version: '1.0.0' }), restored, '2024-01-15T14:00:00.000Z', null)
    expect(await db.history.readVersionOfRecord(place)).toBeNull()
  })

  it('is unknown after a rollback that failed', async () => {
    await deployed(db.history, { deployment: 'd-1', version: '1.0.0' }, 'SUCCESS', noon)
    await deployed(db.history, { deployment: 'd-2', version: '1.1.0' }, 'ROLLBACK_FAILED', minuteAfter(noon))
    expect(await db.history.readVersionOfRecord(place)).toBe('unknown')
  })

  it('is unknown when a manual deployment was not verified in time, and known again when it is verified', async () => {
    await deployed(db.history, { deployment: 'd-1', version: '1.0.0' }, 'SUCCESS', noon)
    const plan = planFor({ deployment: 'm-1', version: '1.0.1' })
    const manual = opened(plan, minuteAfter(noon), 'manual')
    await db.history.openDeployment({ ...manual, expiresAt: '2999-01-01T00:00:00.000Z' })
    expect(await db.history.readVersionOfRecord(place)).toMatchObject({ version: '1.0.0' })
    await db.pool.query("update deployment_history set expires_at = '2024-01-15T14:00:00Z' where deployment = 'm-1'")
    expect(await db.history.readVersionOfRecord(place)).toBe('unknown')
    await db.history.closeDeployment({ deployment: 'm-1', end: endOf(plan, 'SUCCESS', '2024-01-15T15:00:00Z') })
    expect(await db.history.readVersionOfRecord(place)).toMatchObject({ version: '1.0.1' })
  })

  it('of another service or environment is another one', async () => {
    await deployed(db.history, { deployment: 'd-1', version: '1.0.0', environment: 'staging' }, 'SUCCESS', noon)
    expect(await db.history.readVersionOfRecord(place)).toBeNull()
    expect(await db.history.readVersionOfRecord({ ...place, environment: 'staging' })).toMatchObject({
      version: '1.0.0',
    })
  })
})

describe('the last success', () => {
  it('is the newest that passed, of one commit where asked, and not one that was taken off since', async () => {
    const first = await deployed(
      db.history,
      { deployment: 'd-1', version: '1.0.0', commit: commitOf('a') },
      'SUCCESS',
      noon,
    )
    const second = await deployed(
      db.history,
      { deployment: 'd-2', version: '1.1.0', commit: commitOf('b') },
      'SUCCESS',
      minuteAfter(noon),
    )
    expect(await db.history.readLastSuccess(place)).toMatchObject({ deployment: 'd-2' })
    expect(await db.history.readLastSuccess({ ...place, commit: commitOf('a') })).toMatchObject({ deployment: 'd-1' })
    await rollBackByHand('r-1', second, first.release, '2024-01-15T13:00:00.000Z')
    expect(await db.history.readLastSuccess(place)).toMatchObject({ deployment: 'd-1' })
    expect(await db.history.readLastSuccess({ ...place, commit: commitOf('b') })).toBeNull()
  })
})

async function rollBackByHand(
  deployment: string,
  over: ReturnType<typeof planFor>,
  release: { version: string; commit: string },
  at: string,
  marker?: null,
): Promise<void> {
  await db.history.openDeployment(opened({ ...over, deployment }, at, 'rollback'))
  const end = endOf(over, 'ROLLED_BACK', minuteAfter(at), {
    startedAs: 'rollback',
    release,
    ...(marker === null ? { marker } : {}),
  })
  await db.history.closeDeployment({ deployment, end })
}
