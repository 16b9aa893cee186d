import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { judgePromotion } from '../../src/domain/gate/promotion.ts'
import { type HistoryDatabase, startHistory } from './database.ts'
import { deployed, endOf, minuteAfter, opened } from './ends.ts'
import { commitOf, planFor } from './plan.ts'

let db: HistoryDatabase
beforeAll(async () => {
  db = await startHistory()
}, 60_000)
afterAll(() => db.stop())
beforeEach(() => db.empty())

const hour = 3_600_000
const environment = 'staging'
const release = { version: '1.3.0', commit: commitOf('a') }
const other = { version: '1.4.0', commit: commitOf('b') }

/** RFC 3339; counted back from now, because the history asks its own clock how long something has been live. */
function ago(hours: number): string {
  return new Date(Date.now() - hours * hour).toISOString()
}

async function answer(demanded: { maxAgeMs?: number; soakMs?: number } = {}) {
  const facts = await db.history.readPromotion({ service: 'shop', environment, ...release })
  const { maxAgeMs = null, soakMs = 0 } = demanded
  return judgePromotion(facts, { environment, maxAgeMs, soakMs, release, nowMs: Date.now() })
}

async function rolledBackByHand(to: { version: string; commit: string } | null, from: typeof release, at: string) {
  const plan = planFor({ deployment: `r-${at}`, environment, ...(to ?? from) })
  await db.history.openDeployment(opened(plan, at, 'rollback'))
  const end = endOf(plan, 'ROLLED_BACK', minuteAfter(at), {
    startedAs: 'rollback',
    rolledBack: from,
    ...(to === null && { marker: null }),
  })
  await db.history.closeDeployment({ deployment: plan.deployment, end })
}

describe('a release is promoted', () => {
  it('when its commit was a SUCCESS there, whatever its version was called', async () => {
    await deployed(db.history, { deployment: 'd-1', environment, ...release, version: '1.3.0-rc.1' }, 'SUCCESS', ago(2))
    expect(await answer({ maxAgeMs: 3 * hour, soakMs: hour })).toEqual({
      ok: true,
      detail: expect.stringMatching(/^SUCCESS in staging at .* \(deployment d-1\), live there for 1 h 59 min/),
    })
  })

  it('not for any other end, service or environment, and not after a drill, a rollback or by hand', async () => {
    await deployed(db.history, { deployment: 'd-1', environment, ...release, service: 'other' }, 'SUCCESS', ago(9))
    await deployed(db.history, { deployment: 'd-2', environment: 'qa', ...release }, 'SUCCESS', ago(8))
    for (const outcome of ['REFUSED', 'ABORTED', 'SUPERSEDED'] as const)
      await deployed(db.history, { deployment: `d-${outcome}`, environment, ...release }, outcome, ago(7))
    for (const kind of ['drill', 'manual'] as const) {
      const plan = planFor({ deployment: `d-${kind}`, environment, ...release })
      await db.pool.query(
        `insert into deployment_history (deployment, kind, service, environment, version, commit, deployed_by, started_at,
           finished_at, status, health_check, rollback, outcome, sentence, plan, plan_digest, ignored_safeties, workflow_id, run_id)
         values ($1, $2, 'shop', 'staging', '1.3.0', $3, 'ann', $4, $4, 'SUCCESS', 'PASSED', 'N/A', 'SUCCESS', '', '{}', $1, '[]', '', '')`,
        [plan.deployment, kind, release.commit, ago(6)],
      )
    }
    await rolledBackByHand(release, other, ago(5))
    expect(await answer()).toEqual({
      ok: false,
      detail: '1.3.0 (aaaaaaaaaaaa) has no SUCCESS in staging; nothing has one there',
      next: 'belay deploy 1.3.0 --env staging',
    })
  })

  it('not when there was only another release, or another commit under its version', async () => {
    await deployed(
      db.history,
      { deployment: 'd-1', environment, version: '1.2.0', commit: commitOf('d') },
      'SUCCESS',
      ago(3),
    )
    expect((await answer()).detail).toBe(
      '1.3.0 (aaaaaaaaaaaa) has no SUCCESS in staging; the last one there is 1.2.0 (dddddddddddd)',
    )
    await deployed(
      db.history,
      { deployment: 'd-2', environment, version: '1.3.0', commit: commitOf('e') },
      'SUCCESS',
      ago(2),
    )
    expect((await answer()).detail).toBe(
      '1.3.0 (aaaaaaaaaaaa) has no SUCCESS in staging; 1.3.0 there was another commit, eeeeeeeeeeee',
    )
  })

  it('not when that is too old; deployed there again it is not', async () => {
    await deployed(db.history, { deployment: 'd-1', environment, ...release }, 'SUCCESS', ago(50))
    expect(await answer({ maxAgeMs: 48 * hour })).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/is 49 h 59 min.* old, at most 48 h counts$/),
      next: 'belay deploy 1.3.0 --env staging',
    })
    await deployed(db.history, { deployment: 'd-2', environment, ...release }, 'SUCCESS', ago(1))
    expect(await answer({ maxAgeMs: 48 * hour, soakMs: 40 * hour })).toMatchObject({ ok: true })
  })
})

describe('the soak', () => {
  it('is over at a time that is said', async () => {
    await deployed(db.history, { deployment: 'd-1', environment, ...release }, 'SUCCESS', ago(1))
    const { ok, allowedAt = '' } = await answer({ soakMs: 2 * hour })
    expect(ok).toBe(false)
    expect(Math.abs(Date.parse(allowedAt) - Date.now() - hour - 60_000)).toBeLessThan(20_000)
  })

  it('counts up to what took its place, and goes on when a rollback brings it back', async () => {
    await deployed(db.history, { deployment: 'd-1', environment, ...release }, 'SUCCESS', ago(5))
    await deployed(db.history, { deployment: 'd-2', environment, ...other }, 'SUCCESS', ago(4))
    expect(await answer({ soakMs: hour / 2 })).toMatchObject({ ok: true })
    const never = await answer({ soakMs: 2 * hour })
    expect(never).toMatchObject({ ok: false, next: 'belay deploy 1.3.0 --env staging' })
    expect(never.detail).toContain('live there for 59 min of 2 h, then something else took its place')
    await rolledBackByHand(release, other, ago(2))
    expect(await answer({ soakMs: 2 * hour })).toMatchObject({ ok: true })
    expect(await answer({ soakMs: 3 * hour })).toMatchObject({ ok: false, allowedAt: expect.any(String) })
  })

  it('ends where nobody knows what runs', async () => {
    await deployed(db.history, { deployment: 'd-1', environment, ...release }, 'SUCCESS', ago(5))
    await deployed(db.history, { deployment: 'd-2', environment, ...other }, 'ROLLBACK_FAILED', ago(4))
    expect(await answer({ soakMs: 2 * hour })).toMatchObject({ ok: false, next: expect.anything() })
  })
})

describe('a release that was rolled back there', () => {
  it('does not count, not even when its block is cleared, until it is a SUCCESS again', async () => {
    await deployed(db.history, { deployment: 'd-1', environment, ...release }, 'SUCCESS', ago(5))
    await rolledBackByHand(other, release, ago(4))
    expect(await answer()).toEqual({
      ok: false,
      detail: expect.stringMatching(
        /^1\.3\.0 \(aaaaaaaaaaaa\) was rolled back in staging at .*: ROLLED_BACK of 1\.4\.0$/,
      ),
      next: 'belay clear staging 1.3.0 --reason "...", then belay deploy 1.3.0 --env staging',
    })
    await db.history.clearRelease({
      service: 'shop',
      environment,
      version: '1.3.0',
      by: 'ann',
      at: ago(3),
      reason: null,
    })
    expect(await answer()).toMatchObject({ ok: false, next: 'belay deploy 1.3.0 --env staging' })
    await deployed(db.history, { deployment: 'd-2', environment, ...release }, 'SUCCESS', ago(2))
    expect(await answer()).toMatchObject({ ok: true })
  })

  it('to nothing, because it was the only one, does not count', async () => {
    await deployed(db.history, { deployment: 'd-1', environment, ...release }, 'SUCCESS', ago(5))
    await rolledBackByHand(null, release, ago(4))
    expect(await answer()).toMatchObject({ ok: false, next: 'belay deploy 1.3.0 --env staging' })
  })

  it('by itself, after it had been one, does not count either', async () => {
    await deployed(db.history, { deployment: 'd-1', environment, ...release }, 'SUCCESS', ago(5))
    await deployed(db.history, { deployment: 'd-2', environment, ...release }, 'ROLLED_BACK', ago(4))
    expect(await answer()).toMatchObject({ ok: false, detail: expect.stringContaining('was rolled back in staging') })
  })
})
