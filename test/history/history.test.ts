import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ItemRecord } from '../../src/domain/checklist.ts'
import { type HistoryDatabase, startHistory } from './database.ts'
import { deployed, minuteAfter, opened } from './ends.ts'
import { commitOf, planFor } from './plan.ts'

const noon = '2024-01-15T12:00:00.000Z'

let db: HistoryDatabase
beforeAll(async () => {
  db = await startHistory()
}, 60_000)
afterAll(() => db.stop())
beforeEach(() => db.empty())

describe('a run in the history', () => {
  it('is opened once, however often it is asked, and the first row stands', async () => {
    const plan = planFor()
    const first = await db.history.openDeployment(opened(plan, noon))
    const again = await db.history.openDeployment(opened(plan, minuteAfter(noon)))
    expect(again).toEqual(first)
    expect(first).toMatchObject({
      deployment: 'd-1',
      startedAt: noon,
      outcome: null,
      finishedAt: null,
      kind: 'deployment',
    })
  })

  it('keeps every signature once and to the byte, and says the moment of its first event as its start', async () => {
    await db.history.openDeployment(opened(planFor(), minuteAfter(noon)))
    const statement = '{"belay":1,"message":{"note":"read \\u0000 \\ud800 \u2028"}}'
    const said = {
      action: 'abort',
      about: null,
      by: 'ann@example.com',
      key: null,
      signedAt: noon,
      takenAt: noon,
    } as const
    const proofs = [1, 2].map((seq) => ({ seq, ...said, statement, signature: '-----BEGIN\nAAAA\n' }))
    const events = [{ seq: 1, at: noon, kind: 'phase' as const, text: 'gate', data: null }]
    const records = { items: [], events, samples: [], proofs }
    for (const _twice of [1, 2]) await db.history.appendRecords('d-1', records)
    await db.history.appendRecords('d-1', { ...records, proofs: proofs.map((one) => ({ ...one, by: 'eve' })) })
    const details = await db.history.readDeploymentDetails('d-1')
    expect(details?.proofs).toEqual(proofs)
    expect(details?.row).toMatchObject({ startedAt: noon, openedAt: minuteAfter(noon) })
  })

  it('is told once of what happened after its end, behind its own events', async () => {
    await db.history.openDeployment(opened(planFor(), noon))
    const event = { at: noon, kind: 'step' as const, text: 'built', data: null }
    await db.history.appendRecords('d-1', { items: [], events: [{ seq: 7, ...event }], samples: [] })
    const later = { at: minuteAfter(noon), kind: 'message' as const, text: 'accepted', data: { by: 'ann' } }
    for (const _twice of [1, 2]) await db.history.noteLater('d-1', later)
    await db.history.noteLater('d-1', { ...later, at: minuteAfter(later.at) })
    const details = await db.history.readDeploymentDetails('d-1')
    expect(details?.events.map(({ seq, text, data }) => [seq, text, data])).toEqual([
      [7, 'built', null],
      [8, 'accepted', { by: 'ann' }],
      [9, 'accepted', { by: 'ann' }],
    ])
    await expect(db.history.noteLater('d-unknown', later)).rejects.toThrow('foreign key')
  })

  it('keeps the plan and the ignored safeties whole', async () => {
    const ignoredSafeties = [{ rule: 'short_window', reason: 'a demonstration', by: 'ann' }]
    const plan = planFor({ ignoredSafeties })
    await db.history.openDeployment(opened(plan, noon))
    const details = await db.history.readDeploymentDetails('d-1')
    expect(details?.plan).toEqual(plan)
    expect(details?.row.ignoredSafeties).toEqual(ignoredSafeties)
  })

  it('keeps what foreign output may hold: NUL, a lone surrogate, quotes, ten kilobytes', async () => {
    const plan = planFor()
    await db.history.openDeployment(opened(plan, noon))
    const text = `a\0b\ud800c"'\\${'x'.repeat(10_000)}`
    await db.history.appendRecords('d-1', {
      items: [],
      events: [{ seq: 1, at: noon, kind: 'step' as const, text, data: { text } }],
      samples: [],
    })
    const details = await db.history.readDeploymentDetails('d-1')
    expect(details?.events[0]?.text).toBe(`a\uFFFDb\uFFFDc"'\\${'x'.repeat(10_000)}`)
  })

  it('never takes an older answer over a newer one', async () => {
    await db.history.openDeployment(opened(planFor(), noon))
    const signed = itemRecord({ state: 'passed', by: 'ann', at: minuteAfter(noon) })
    for (const item of [signed, itemRecord({ state: 'open', at: null }), itemRecord({ state: 'failed', at: noon })]) {
      await db.history.appendRecords('d-1', { items: [item], events: [], samples: [] })
    }
    const details = await db.history.readDeploymentDetails('d-1')
    expect(details?.items).toEqual([signed])
  })

  it('takes records twice as once, also two of one item in the same call', async () => {
    await db.history.openDeployment(opened(planFor(), noon))
    const records = {
      items: [itemRecord({ state: 'open', at: null }), itemRecord({ state: 'passed', at: noon, by: 'ann' })],
      events: [{ seq: 1, at: noon, kind: 'phase' as const, text: 'gate', data: null }],
      samples: [sample(null), sample('app-1')],
    }
    await db.history.appendRecords('d-1', records)
    await db.history.appendRecords('d-1', records)
    const details = await db.history.readDeploymentDetails('d-1')
    expect(details?.items).toEqual([records.items[1]])
    expect(details?.events).toEqual(records.events)
    expect(details?.samples).toEqual(records.samples)
    const { rows } = await db.pool.query('select item, by from sign_offs')
    expect(rows).toEqual([{ item: 'pre.code_reviewed', by: 'ann' }])
  })
})

describe('the list of deployments', () => {
  it('is paged by key, so that a row which arrives between two pages repeats none and hides none', async () => {
    for (let hour = 0; hour < 5; hour += 1) {
      await deployed(
        db.history,
        { deployment: `d-${hour}`, version: `1.${hour}.0` },
        'SUCCESS',
        `2024-01-15T0${hour}:00:00.000Z`,
      )
    }
    const first = await db.history.listDeployments({ limit: 2 })
    await deployed(db.history, { deployment: 'd-9', version: '1.9.0' }, 'SUCCESS', '2024-01-15T09:00:00.000Z')
    const second = await db.history.listDeployments({ limit: 2, after: first.next })
    const last = await db.history.listDeployments({ limit: 2, after: second.next })
    expect([first, second, last].map(({ rows }) => rows.map((row) => row.deployment))).toEqual([
      ['d-4', 'd-3'],
      ['d-2', 'd-1'],
      ['d-0'],
    ])
    expect(last.next).toBeNull()
  })

  it('holds only what every condition allows', async () => {
    await deployed(db.history, { deployment: 'd-1', version: '1.0.0', performer: 'ann' }, 'SUCCESS', noon)
    await deployed(
      db.history,
      { deployment: 'd-2', version: '1.1.0', performer: 'ann' },
      'ROLLED_BACK',
      minuteAfter(noon),
    )
    await deployed(db.history, { deployment: 'd-3', version: '1.1.0', environment: 'staging' }, 'SUCCESS', noon)
    const named = async (filter: object) => (await db.history.listDeployments(filter)).rows.map((row) => row.deployment)
    expect(await named({ environment: 'production' })).toEqual(['d-2', 'd-1'])
    expect(await named({ performer: 'ann', outcome: 'SUCCESS' })).toEqual(['d-1'])
    expect(await named({ version: '1.1.0' })).toEqual(['d-2', 'd-3'])
    expect(await named({ since: minuteAfter(noon) })).toEqual(['d-2'])
    expect(await named({ kind: 'rollback' })).toEqual([])
  })
})

describe('the status of all environments', () => {
  it('tells for each what is of record, what runs, what holds it and what is blocked', async () => {
    await deployed(db.history, { deployment: 'd-1', version: '1.0.0' }, 'SUCCESS', noon)
    await deployed(
      db.history,
      { deployment: 'd-2', version: '1.1.0', commit: commitOf('b') },
      'ROLLED_BACK',
      minuteAfter(noon),
    )
    await db.history.openDeployment(opened(planFor({ deployment: 'd-3', environment: 'staging' }), noon))
    const lock = { service: 'other', environment: 'production', kind: 'person' as const, reason: 'sale' }
    await db.history.lockEnvironment({ ...lock, by: 'ann', since: noon, until: null })
    const all = await db.history.listEnvironments()
    expect(all).toMatchObject([
      { service: 'other', latest: null, versionOfRecord: null, locks: [{ reason: 'sale', by: 'ann' }] },
      {
        environment: 'production',
        latest: { deployment: 'd-2' },
        versionOfRecord: { version: '1.0.0' },
        blocked: [{ version: '1.1.0' }],
      },
      { environment: 'staging', latest: { deployment: 'd-3', outcome: null }, versionOfRecord: null, blocked: [] },
    ])
    expect(await db.history.listEnvironments({ service: 'shop' })).toHaveLength(2)
  })
})

function itemRecord(given: Partial<ItemRecord>): ItemRecord {
  const nobody = { by: null, claimed: false, via: null, note: null, link: null, at: null }
  return { item: 'pre.code_reviewed', state: 'open', how: 'sign_off', detail: '', ...nobody, ...given }
}

function sample(host: string | null) {
  const reason = { expected: 'status 200', got: 'status 503', evidence: ['body: "no"'] }
  return { check: 'health', host, verdict: 'failed' as const, reason, at: noon, tookMs: 12 }
}
