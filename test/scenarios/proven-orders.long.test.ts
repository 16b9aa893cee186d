import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import pg from 'pg'
import { expect, test } from 'vitest'
import { hostPaths } from '../../activities/host/paths.ts'
import { Refused } from '../../src/client/errors.ts'
import { maintenance } from '../../src/client/maintenance.ts'
import { newDeploymentId, planByHand } from '../../src/client/prepare.ts'
import { orderProof } from '../../src/client/sign/signer.ts'
import { maintenanceTrouble } from '../../src/client/trouble.ts'
import { taskQueue } from '../../src/domain/id.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { opened } from '../history/ends.ts'
import { ann, type ProvenWorld, provenWorld } from '../identity/proven-world.ts'

const lock = { reason: 'audit', by: ann, since: '2026-11-26T10:00:00.000Z', until: null }
const production = { service: 'fixture', environment: 'production' }
const at = '2026-11-26T10:00:00.000Z'
const frozen = { environment: 'production', from: null, until: null, reason: 'end of quarter', by: ann }

test('what holds an environment, or frees it, is refused unsigned and under a name that is not that of the key', async () => {
  const { world, plan, as } = await blockedWorld()
  const before = await holds(world)
  for (const [command, ask] of orders(plan)) {
    await expect(ask(as(null))).rejects.toThrow('unsigned')
    await expect(ask(as(null))).rejects.toThrow(`next: ${command}`)
    await expect(ask(as('stranger'))).rejects.toThrow('nothing was changed: not proven to be ann@example.com')
    await expect(ask(as('ci'))).rejects.toThrow('the key is that of ci@example.com, not of ann@example.com')
    await expect(ask(as('ci'))).rejects.toThrow(Refused)
  }
  expect(await holds(world)).toEqual(before)
  expect(await proofs(world)).toEqual([])
})

/** Each with what to type. */
function orders(plan: Plan): [string, (by: ReturnType<typeof maintenance>) => Promise<unknown>][] {
  return [
    ['belay lock production --reason', (by) => by.lock(plan, lock)],
    ['belay unlock production', (by) => by.unlock(plan, ann)],
    ['belay freeze production --reason', (by) => by.freeze(plan, frozen)],
    ['belay freeze production --all --reason', (by) => by.freeze(plan, { ...frozen, environment: null })],
    ['belay unfreeze production', (by) => by.unfreeze(plan, false, ann)],
    ['belay unfreeze production --all', (by) => by.unfreeze(plan, true, ann)],
    ['belay clear production 1.2.0 --reason', (by) => by.clear(plan, '1.2.0', ann, 'mended')],
    ['belay restored production --reason', (by) => by.acceptRestored(plan, nothingGone, ann, 'backup')],
    ['belay marker create production --version 1.0.0 --commit', (by) => by.createMarker(plan, ann)],
    ['belay marker verify production', (by) => by.verifyMarker(plan, ann)],
  ]
}

test('signed it is done once, in a proven name, and the signature stays beside it', async () => {
  const { world, plan, as } = await blockedWorld()
  const by = as('ann')
  await by.lock(plan, lock)
  await by.freeze(plan, frozen)
  const { locks, freezes } = await holds(world)
  expect(locks).toMatchObject([{ by: ann, claimed: false, reason: 'audit' }])
  expect(freezes.inForce).toMatchObject([{ by: ann, claimed: false, reason: 'end of quarter' }])
  await expect(by.lock(plan, { ...lock, since: '2026-11-26T11:00:00.000Z' })).rejects.toThrow(
    'is locked already, by ann@example.com until somebody unlocks it',
  )
  const refused = await (await world.belay.deploy(await world.signed('1.0.0'))).end()
  expect(refused.sentence).toContain('locked by ann@example.com since')
  expect(refused.sentence).toContain('frozen by ann@example.com until somebody ends it')

  expect(await by.unlock(plan, ann)).toMatchObject({ released: [{ by: ann }] })
  expect(await by.unfreeze(plan, false, ann)).toMatchObject({ ended: [{ by: ann, claimed: false }] })
  expect(await by.clear(plan, '1.2.0', ann, 'mended')).toMatchObject({ cleared: [{ version: '1.2.0' }] })
  expect(await holds(world)).toEqual({ locks: [], freezes: { inForce: [], toCome: [] }, blocked: [] })
  const kept = await proofs(world)
  expect(kept).toHaveLength(5)
  for (const proof of kept) expect(proof).toMatchObject({ by: ann, key: expect.stringMatching(/^SHA256:/) })
  expect(kept.map(({ statement }) => JSON.parse(statement).order.action)).toEqual([
    'lock',
    'freeze',
    'unlock',
    'unfreeze',
    'clear',
  ])
})

test('a signature is for one order, one environment and one run: replayed, altered or too old it does nothing', async () => {
  const { world, plan } = await blockedWorld()
  const clear = { action: 'clear', by: ann, version: '1.2.0', reason: 'mended' } as const
  const signed = await orderProof(plan, clear, world.keys.signing('ann'))
  const request = { plan, version: '1.2.0', by: ann, reason: 'mended', ...signed }
  await raw(world, 'clearRelease', request)
  await block(world, plan)
  const before = await holds(world)
  const refused = async (input: object, why: string, type = 'clearRelease') => {
    await expect(raw(world, type, input)).rejects.toThrow(why)
    expect(await holds(world)).toEqual(before)
  }
  await refused(request, 'has started another run already')
  const again = await orderProof(plan, clear, world.keys.signing('ann'))
  await refused({ ...request, ...again, version: '1.1.0' }, 'the signature is not over this')
  await refused({ ...request, ...again, reason: 'because' }, 'the signature is not over this')
  const elsewhere: Plan = { ...plan, environment: 'staging' }
  await refused({ ...request, ...again, plan: elsewhere }, 'the plan is not the one its digest names')
  const { release, deployment } = plan
  const other = planByHand({ ...plan, environment: 'staging' }, release, deployment)
  await refused({ ...request, ...again, plan: other }, 'the signature is not over this')
  await refused({ plan, by: ann, ...again }, 'the signature is not over this', 'unlockEnvironment')
  const old = await orderProof(
    plan,
    clear,
    world.keys.signing('ann', () => new Date(Date.now() - 16 * 60_000)),
  )
  await refused({ ...request, ...old }, 'the signature is too old')
  await world.keys.revoke('ann')
  await refused({ ...request, ...again }, 'the key of ann@example.com is revoked')
  await world.keys.revoke()
  await world.keys.allow(`${ann} valid-before="20200101Z" ann`)
  await refused({ ...request, ...again }, 'has expired')
  await world.keys.allow(`${ann} ann`)
  await raw(world, 'clearRelease', { ...request, ...again })
  expect((await holds(world)).blocked).toEqual([])
})

test('a plan that says nothing of proven names is asked by the worker, and names for all environments too', async () => {
  const { world, as } = await blockedWorld()
  const claimed = world.plan('1.0.0', (settings) => {
    Object.assign(settings.environments.production, { identity: 'claimed' })
  })
  const by = as(null)
  await expect(by.unlock(claimed, ann)).rejects.toThrow('this worker demands proven names in production')
  const elsewhere = { ...claimed, environment: 'staging' }
  await expect(by.unfreeze(elsewhere, true, ann)).rejects.toThrow(
    'next: belay unfreeze production --all, with your SSH key',
  )
  expect(await by.unfreeze(elsewhere, false, ann)).toMatchObject({ ended: [] })
  await expect(by.freeze(elsewhere, frozen)).rejects.toThrow('expected a freeze of staging, or of every environment')
  // Nobody is proven by saying so.
  const since = '2026-11-26T12:00:00.000Z'
  await by.lock(elsewhere, { ...lock, since, claimed: false })
  const { service } = production
  expect(await world.history.readLocks({ service, environment: 'staging' })).toMatchObject([{ claimed: true }])
  expect(await readFile(hostPaths(world.directory).lock, 'utf8')).not.toContain('claimed')
  await by.unlock(elsewhere, ann)
})
test('what is for all environments is signed where any of them had names proven when something last ran there', async () => {
  const world = await provenWorld()
  const elsewhere: Plan = { ...world.plan('1.0.0'), environment: 'staging', identity: 'claimed' }
  const by = maintenance(world.belay)
  expect(await by.unfreeze(elsewhere, true, ann)).toMatchObject({ ended: [] })
  await world.history.openDeployment(opened(world.plan('1.0.0'), at))
  await expect(by.unfreeze(elsewhere, true, ann)).rejects.toThrow(
    'unsigned unfreeze of all environments: production demands',
  )
  expect(await by.unfreeze(elsewhere, false, ann)).toMatchObject({ ended: [] })
  const later = { ...world.plan('1.1.0'), identity: 'claimed' as const }
  await world.history.openDeployment(opened(later, '2026-11-26T11:00:00.000Z'))
  expect(await by.unfreeze(elsewhere, true, ann)).toMatchObject({ ended: [] })
})

test('who accepts a restored database under a proven name stands so in the record, with the signature', async () => {
  const world = await provenWorld()
  await world.liveProven('1.0.0')
  const live = await world.liveProven('1.1.0')
  await world.sql(`alter table users drop column email; delete from schema_migrations where name = '002_email'`)
  const plan = world.plan('1.1.0')
  const by = maintenance(world.belay, undefined, { signing: world.keys.signing('ann') })
  const shown = await by.surveyRestored(plan)
  expect(await by.acceptRestored(plan, shown, ann, 'backup of 02:00')).toMatchObject({ late: [] })
  const { events = [] } = (await world.history.readDeploymentDetails(live.deployment)) ?? {}
  expect(events.at(-1)).toMatchObject({
    text: 'a restored database without 002_email was accepted by ann@example.com: backup of 02:00',
    data: { by: ann, claimed: false, proof: { key: expect.stringMatching(/^SHA256:/) } },
  })
})

const nothingGone = {
  host: 'local',
  release: null,
  deployment: null,
  vanished: [],
  applied: [],
  schema: null,
  problems: [],
}

/** As somebody starts it who may write to the namespace. */
async function raw(world: ProvenWorld, type: string, input: object): Promise<unknown> {
  const workflowId = `${type}:raw:${randomBytes(4).toString('hex')}`
  const options = { args: [input], taskQueue, workflowId, workflowExecutionTimeout: 60_000 }
  return await world.belay.temporal.workflow.execute(type, options).catch((error: unknown) => {
    throw maintenanceTrouble(error)
  })
}

async function holds({ history }: ProvenWorld) {
  const [locks, freezes, blocked] = await Promise.all([
    history.readLocks(production),
    history.readFreezes(production),
    history.listBlocked(production),
  ])
  return { locks, freezes, blocked }
}

async function blockedWorld() {
  const world = await provenWorld({ BELAY_SSH_ENVIRONMENTS: 'production' })
  const plan = world.plan('1.0.0')
  await block(world, plan)
  const as = (name: string | null) =>
    maintenance(world.belay, undefined, { signing: name === null ? null : world.keys.signing(name) })
  return { world, plan, as }
}

/** 1.2.0 was rolled back there. */
async function block(world: ProvenWorld, plan: Plan): Promise<void> {
  const deployment = newDeploymentId('1.2.0')
  await world.history.openDeployment(opened({ ...plan, deployment }, at))
  await historySql(
    world,
    `insert into blocked_releases (service, environment, version, commit, reason, since, deployment)
     values ('fixture', 'production', '1.2.0', '${'c'.repeat(40)}', 'ill', '${at}', '${deployment}')`,
  )
}

/** Every signature that stands beside an order, in the order in which they were taken. */
async function proofs(world: ProvenWorld): Promise<{ by: string; key: string; statement: string }[]> {
  const rows = await historySql(
    world,
    `select proof from (
       select proof from locks union all select release_proof from locks union all select proof from freezes
       union all select release_proof from freezes union all select clear_proof from blocked_releases) as kept
     where proof is not null order by proof ->> 'takenAt'`,
  )
  return rows.map(({ proof }) => proof)
}

async function historySql(world: ProvenWorld, text: string) {
  const client = new pg.Client({ connectionString: world.historyUrl })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}
