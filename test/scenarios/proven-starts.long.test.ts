import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { maintenance } from '../../src/client/maintenance.ts'
import { planDigest } from '../../src/config/digest.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { ann, demandingSsh, type ProvenWorld, provenWorld, signedRollback } from '../identity/proven-world.ts'
import type { FixtureSettings } from './settings.ts'
import { phaseOf } from './world.ts'

test('a deployment that its performer did not sign is refused, and nothing is touched', async () => {
  const world = await provenWorld()
  await world.liveProven('1.0.0')
  const refused = async (plan: Plan, why: string) => {
    const before = await world.tree()
    const end = await (await world.belay.deploy(plan)).end()
    expect(end).toMatchObject({ outcome: 'REFUSED', reason: { kind: 'gate' } })
    expect(end.sentence).toContain(why)
    expect(await world.tree()).toBe(before)
    expect((await world.look()).serving).toBe('1.0.0')
  }
  const signed = await world.signed('1.1.0')
  const ran = join(world.root, 'ran')
  const running = (settings: FixtureSettings) => {
    settings.review.checklist.tests_passing.command = ['touch', ran]
  }
  await refused(world.plan('1.1.0', running), 'ci@example.com did not sign this deployment')
  expect(existsSync(ran)).toBe(false)
  await refused({ ...signed, performer: ann }, 'not proven to be ann@example.com: the signature is not over this')
  await refused({ ...world.plan('1.1.0'), proof: signed.proof }, 'not over this')
  const claim = { item: 'code_reviewed', url: 'https://example.com/1', by: ann } as const
  await refused({ ...signed, claims: [claim] }, 'claimed by ann@example.com, who did not sign')
  await refused({ ...signed, claims: [{ ...claim, by: signed.performer }] }, 'not over this')
  const shorter = { ...signed, monitoring: { ...signed.monitoring, windowMs: 1 } }
  await refused(shorter, 'the plan is not the one its digest names')
  await refused({ ...shorter, digest: planDigest(shorter) }, 'not over this')

  // Signed, but ended at its gate: what it was started with starts nothing again.
  const run = await world.belay.deploy(signed)
  await phaseOf(run, (status) => status.waitingFor !== null)
  await world.tellProven(run, { name: 'abort', deployment: signed.deployment, by: ann, reason: 'enough' })
  expect(await run.end()).toMatchObject({ outcome: 'ABORTED' })
  await refused(signed, 'has started another run already')
})

test('a rollback that nobody signed touches nothing; signed it goes back, and cannot be replayed', async () => {
  const world = await provenWorld()
  await world.liveProven('1.0.0')
  await world.liveProven('1.1.0')
  const before = await world.tree()
  const good = await signedRollback(world)
  const refused = async (request: typeof good, why: string) => {
    const end = await (await world.belay.rollback(request)).end()
    expect(end).toMatchObject({ outcome: 'REFUSED', reason: { kind: 'gate', items: [{ item: 'performer' }] } })
    expect(end.sentence).toContain(why)
    expect(await world.tree()).toBe(before)
  }
  const { proof: _proof, ...unsigned } = good
  await refused(unsigned, 'ci@example.com did not sign this rollback')
  await refused({ ...good, to: 'nothing' }, 'not over this')
  await refused({ ...good, reason: 'another' }, 'not over this')
  await refused(await signedRollback(world, 'stranger'), 'none of those that allowed_signers has for ci@example.com')
  expect((await world.look()).serving).toBe('1.1.0')

  const run = await world.belay.rollback(good)
  expect(await run.end()).toMatchObject({ outcome: 'ROLLED_BACK' })
  expect(await run.status()).toMatchObject({ performerProven: true })
  const back = await world.tree()
  expect((await world.look()).serving).toBe('1.0.0')
  const again = await (await world.belay.rollback(good)).end()
  expect(again).toMatchObject({ outcome: 'REFUSED' })
  expect(await world.tree()).toBe(back)
})

test('where the worker demands proofs, a plan that says `claimed` starts nothing', async () => {
  const world = await provenWorld({ BELAY_SSH_ENVIRONMENTS: 'staging, production' })
  await world.liveProven('1.0.0')
  const claimed = world.plan('1.1.0', (settings) => {
    Object.assign(settings.environments.production, { identity: 'claimed' })
  })
  const before = await world.tree()
  const end = await (await world.belay.deploy(claimed)).end()
  expect(end).toMatchObject({ outcome: 'REFUSED' })
  expect(end.sentence).toContain('demands proven names in production (BELAY_SSH_ENVIRONMENTS)')
  // As a plan of an earlier version, without a word about names and without rules.
  const { identity: _identity, ...silent } = claimed
  const { policy: _policy, ...gate } = silent.gate
  const older = { ...silent, gate, deployment: `${silent.deployment}-older` }
  const second = await (await world.belay.deploy({ ...older, digest: planDigest(older) })).end()
  expect(second.sentence).toContain('demands proven names in production')
  const wish = {
    plan: { ...claimed, deployment: 'rollback-x' },
    to: null,
    only: 'all',
    by: 'ci@example.com',
    reason: 'so',
  } as const
  const third = await (await world.belay.rollback(wish)).end()
  expect(third).toMatchObject({ outcome: 'REFUSED' })
  expect(third.sentence).toContain('demands proven names in production')
  expect(await world.tree()).toBe(before)
})

test('a worker that keeps no keys believes nobody, and says what to set', async () => {
  const world = await provenWorld({ BELAY_ALLOWED_SIGNERS: '', BELAY_REVOKED_KEYS: '' })
  const end = await (await world.belay.deploy(await world.signed('1.0.0'))).end()
  expect(end).toMatchObject({ outcome: 'REFUSED' })
  expect(end.sentence).toContain('set BELAY_ALLOWED_SIGNERS to an allowed_signers file')
  const back = await (await world.belay.rollback(await signedRollback(world))).end()
  expect(back.sentence).toContain('set BELAY_ALLOWED_SIGNERS to an allowed_signers file')
})

test('an answer to a question is none to the same question when it is asked again', async () => {
  const world = await stuck()
  const { run, deployment, question } = world
  const decide = { name: 'decide', deployment, question, answer: 'retry', by: ann, reason: 'again' } as const
  const first = await world.made(run, decide)
  const kept = await world.made(run, decide, 'ann', () => new Date(Date.now() + 1_000))
  const { waitingFor } = await run.status()
  await world.tell(run, first)
  await phaseOf(run, (status) => status.waitingFor !== null && status.waitingFor.since !== waitingFor?.since, 120_000)
  await expect(run.tell(first)).rejects.toThrow('not over this')
  await expect(run.tell(kept)).rejects.toThrow('not over this')
  await expect(run.tell(decide)).rejects.toThrow('unsigned decide')
  await world.tellProven(run, { ...decide, answer: 'give_up' })
  expect(await run.end()).toMatchObject({ outcome: 'ROLLBACK_FAILED' })
})

/** A rollback that waits: the old release cannot start. */
async function stuck(): Promise<
  ProvenWorld & { run: Awaited<ReturnType<ProvenWorld['deploy']>>; deployment: string; question: string }
> {
  const { rename } = await import('node:fs/promises')
  const world = await provenWorld()
  await world.liveProven('1.0.0')
  const plan = await world.signed('1.1.0', (settings) => {
    demandingSsh(settings)
    settings.monitoring.window = '60s'
  })
  const run = await world.belay.deploy(plan)
  const { deployment } = plan
  await phaseOf(run, (status) => status.waitingFor !== null)
  await world.tellProven(run, { name: 'signOff', deployment, item: 'pre.code_reviewed', by: ann })
  await phaseOf(run, (status) => status.liveSince !== null, 120_000)
  const server = `${world.directory}/releases/1.0.0/server.mjs`
  await rename(server, `${server}.away`)
  await world.tellProven(run, { name: 'abort', deployment, by: ann, reason: 'ill' })
  const status = await phaseOf(run, (now) => now.phase === 'rollback' && now.waitingFor !== null, 120_000)
  return { ...world, run, deployment, question: status.waitingFor?.question ?? '' }
}

test('a rehearsal that nobody signed runs nothing of the release on its host', async () => {
  const world = await provenWorld({ BELAY_SSH_ENVIRONMENTS: 'production' })
  const { rehearse } = maintenance(world.belay)
  await expect(rehearse(world.plan('1.0.0'))).rejects.toThrow('ci@example.com did not sign this rehearsal')
  const claimed = world.plan('1.0.0', (settings) => {
    Object.assign(settings.environments.production, { identity: 'claimed' })
  })
  await expect(rehearse(claimed)).rejects.toThrow('this worker demands proven names in production')
  // A signature for a deployment is none for a rehearsal.
  await expect(rehearse(await world.signed('1.0.0'))).rejects.toThrow('not over this')
  expect(existsSync(join(world.directory, '.belay/rehearsals'))).toBe(false)
})
