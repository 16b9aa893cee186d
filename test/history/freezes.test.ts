import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createFreezeActivities } from '../../activities/record/freezes.ts'
import { type HistoryDatabase, startHistory } from './database.ts'
import { opened } from './ends.ts'
import { planFor } from './plan.ts'

const service = 'shop'
const production = { service, environment: 'production' }
const staging = { service, environment: 'staging' }
const [long, later, never] = ['2098-01-01T00:00:00.000Z', '2099-01-01T00:00:00.000Z', null]
const at = '2024-01-15T12:00:00.000Z'
const quarter = { ...production, from: null, until: later, reason: 'quarter end', by: 'ann', at }
const nothing = { inForce: [], toCome: [] }

let db: HistoryDatabase

beforeAll(async () => {
  db = await startHistory()
}, 60_000)
afterAll(() => db.stop())
beforeEach(() => db.empty())

describe('a freeze', () => {
  it('is in force from now on, in its own environment only', async () => {
    await db.history.freeze(quarter)
    expect(await db.history.readFreezes(production)).toMatchObject({
      inForce: [{ environment: 'production', until: later, reason: 'quarter end', by: 'ann' }],
      toCome: [],
    })
    expect(await db.history.readFreezes(staging)).toEqual(nothing)
    expect(await db.history.readFreezes({ ...production, service: 'other' })).toEqual(nothing)
  })

  it('of all environments holds each of them', async () => {
    await db.history.freeze({ ...quarter, environment: null, until: never })
    for (const place of [production, staging]) {
      expect(await db.history.readFreezes(place)).toMatchObject({ inForce: [{ environment: null, until: null }] })
    }
  })

  it('that begins later holds nobody yet', async () => {
    await db.history.freeze({ ...quarter, from: long })
    expect(await db.history.readFreezes(production)).toMatchObject({ inForce: [], toCome: [{ from: long }] })
  })

  it('that is over is over', async () => {
    await db.history.freeze({ ...quarter, from: '2024-01-01T00:00:00.000Z', until: '2024-01-02T00:00:00.000Z' })
    expect(await db.history.readFreezes(production)).toEqual(nothing)
  })

  it('may overlap another, and the one that begins first is told first', async () => {
    await db.history.freeze({ ...quarter, from: long })
    await db.history.freeze({ ...quarter, environment: null, by: 'bob' })
    await db.history.freeze({ ...quarter, by: 'cyd' })
    const { inForce, toCome } = await db.history.readFreezes(production)
    expect([inForce, toCome].map((each) => each.map(({ by }) => by))).toEqual([['bob', 'cyd'], ['ann']])
  })

  it('is shown with its environment, also where nothing was ever deployed', async () => {
    await db.history.freeze(quarter)
    expect(await db.history.listEnvironments()).toMatchObject([
      { environment: 'production', freezes: { inForce: [{ by: 'ann' }] } },
    ])
  })
})

describe('the orders', () => {
  const order = { ...quarter, of: 'production' }
  const thaw = { ...production, of: 'production', by: 'bob', at: '2024-01-15T13:00:00.000Z' }

  it('to freeze, given twice, freeze once, and not again what somebody ended meanwhile', async () => {
    const { freezeEnvironment, unfreezeEnvironment } = createFreezeActivities({ history: db.history })
    expect(await freezeEnvironment(order)).toEqual(await freezeEnvironment(order))
    expect((await db.history.readFreezes(production)).inForce).toHaveLength(1)
    await unfreezeEnvironment(thaw)
    expect(await freezeEnvironment(order)).toEqual(nothing)
  })

  it('to unfreeze end what is in force and to come of their scope, and say what is left', async () => {
    const { freezeEnvironment, unfreezeEnvironment } = createFreezeActivities({ history: db.history })
    await freezeEnvironment(order)
    await freezeEnvironment({ ...order, by: 'cyd', from: long })
    await freezeEnvironment({ ...order, by: 'all', environment: null })
    const answer = await unfreezeEnvironment(thaw)
    expect(answer).toMatchObject({ ended: [{ by: 'ann' }, { by: 'cyd' }], left: { inForce: [{ by: 'all' }] } })
    const everywhere = await unfreezeEnvironment({ ...thaw, environment: null })
    expect(everywhere).toMatchObject({ ended: [{ by: 'all' }], left: nothing })
  })

  it('to unfreeze, given twice, answer the same and leave alone what began in between', async () => {
    const { freezeEnvironment, unfreezeEnvironment } = createFreezeActivities({ history: db.history })
    await freezeEnvironment(order)
    const { ended } = await unfreezeEnvironment(thaw)
    await freezeEnvironment({ ...order, by: 'cyd' })
    expect(await unfreezeEnvironment(thaw)).toMatchObject({ ended, left: { inForce: [{ by: 'cyd' }] } })
  })

  it('for a freeze that ends before it begins are refused for good', async () => {
    const { freezeEnvironment } = createFreezeActivities({ history: db.history })
    const backwards = freezeEnvironment({ ...order, from: later, until: long })
    await expect(backwards).rejects.toMatchObject({ type: 'Invalid', nonRetryable: true })
  })
})

describe('a lock whose time is over', () => {
  it('is told as such until the next run is opened, which releases it', async () => {
    const lock = { ...production, kind: 'person' as const, reason: 'sale', by: 'ann', since: at }
    await db.history.lockEnvironment({ ...lock, until: '2024-01-15T13:00:00.000Z' })
    expect(await db.history.readLocks(production)).toEqual([])
    expect(await db.history.readExpiredLocks(production)).toMatchObject([{ by: 'ann', reason: 'sale' }])
    await db.history.openDeployment(opened(planFor(), at))
    expect(await db.history.readExpiredLocks(production)).toEqual([])
    const { rows } = await db.pool.query('select released_by from locks')
    expect(rows).toEqual([{ released_by: 'expired' }])
  })

  it('is none while it lasts, nor where nobody gave it an end', async () => {
    const lock = { ...production, kind: 'person' as const, reason: 'sale', by: 'ann', since: at }
    await db.history.lockEnvironment({ ...lock, until: later })
    await db.history.lockEnvironment({ ...lock, ...staging, until: null })
    await db.history.openDeployment(opened(planFor(), at))
    for (const place of [production, staging]) {
      expect(await db.history.readExpiredLocks(place)).toEqual([])
      expect(await db.history.readLocks(place)).toHaveLength(1)
    }
  })
})
