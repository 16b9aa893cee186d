import { expect, test } from 'vitest'
import { ann, provenWorld } from '../identity/proven-world.ts'
import type { FixtureSettings } from './settings.ts'
import { phaseOf } from './world.ts'

test('who signs with a key is proven: the deployment goes through, and no name of it is a claim', async () => {
  const world = await provenWorld()
  const run = await world.liveProven('1.0.0')
  const status = await run.status()
  expect(status).toMatchObject({ outcome: 'SUCCESS', performerProven: true, identity: 'ssh' })
  const signed = status.items.filter(({ by }) => by === ann)
  expect(signed.map(({ item, claimed }) => [item, claimed]).toSorted()).toEqual([
    ['manual.payment_processing', false],
    ['post.user_facing_tested', false],
    ['pre.code_reviewed', false],
  ])
  expect(status.events.map(({ text }) => text).join('\n')).not.toContain('(claimed)')
  expect(status.events.map(({ text }) => text)).toContain('started by ci@example.com (ssh)')
})

test('where names are proven a trailer that anybody can write answers no item; elsewhere it does', async () => {
  const world = await provenWorld({}, [{ version: '1.0.0', trailer: 'Reviewed-by: Bob <bob@example.com>' }])
  const byTrailer = (settings: FixtureSettings) => {
    Object.assign(settings.review.checklist, { code_reviewed: { reviewed_by: true } })
  }
  const end = await (await world.belay.deploy(await world.signed('1.0.0', byTrailer))).end()
  expect(end).toMatchObject({ outcome: 'REFUSED', reason: { kind: 'gate', items: [{ item: 'pre.code_reviewed' }] } })
  expect(end.sentence).toContain(
    'claimed, not proven, and production demands proven names (identity: ssh); it said: Reviewed-by: Bob',
  )
  const claimed = world.plan('1.0.0', (settings) => {
    byTrailer(settings)
    Object.assign(settings.environments.production, { identity: 'claimed' })
  })
  const run = await world.belay.deploy(claimed)
  await phaseOf(run, ({ items }) => items.some(({ item, state }) => item === 'pre.code_reviewed' && state === 'passed'))
  await run.tell({ name: 'abort', deployment: claimed.deployment, by: ann, reason: 'seen enough' })
  expect(await run.end()).not.toMatchObject({ outcome: 'REFUSED' })
})

test('who finds the environment busy is told by a proven name who holds it', async () => {
  const world = await provenWorld()
  const plan = await world.signed('1.0.0')
  const run = await world.belay.deploy(plan)
  await phaseOf(run, (status) => status.waitingFor !== null)
  await expect(world.belay.deploy(await world.signed('1.1.0'))).rejects.toThrow(
    /^busy: 1\.0\.0 by ci@example\.com since /,
  )
  await world.tellProven(run, { name: 'abort', deployment: plan.deployment, by: ann, reason: 'seen enough' })
  expect(await run.end()).toMatchObject({ outcome: 'ABORTED' })
})

test('where names are proven an unsigned message changes nothing, and is seen', async () => {
  const world = await provenWorld()
  const plan = await world.signed('1.0.0')
  const run = await world.belay.deploy(plan)
  const { deployment } = plan
  await phaseOf(run, (status) => status.waitingFor !== null)
  const handle = world.belay.temporal.workflow.getHandle(run.workflowId)
  const item = 'pre.code_reviewed'
  const said = { deployment, by: ann, reason: 'so' }
  const everything = [
    ['signOff', { deployment, item, by: ann }],
    ['reject', { ...said, item }],
    ['abort', said],
    ['rollback', said],
    ['extendWindow', { ...said, byMs: 1000 }],
    ['decide', { ...said, question: 'sign-off', answer: 'skip' }],
    ['supersede', { deployment, by: ann, version: '9.0.0' }],
  ] as const
  for (const [name, input] of everything) await handle.signal(name, input)
  await phaseOf(run, ({ events }) => events.filter(({ kind }) => kind === 'ignored').length === everything.length)
  await expect(run.tell({ name: 'abort', deployment, by: ann, reason: 'so' })).rejects.toThrow(
    'unsigned abort by ann@example.com: production demands names that are proven (identity: ssh); next: belay abort production --reason "...", with your SSH key',
  )
  const status = await run.status()
  expect(status.items.find((one) => one.item === item)).toMatchObject({ state: 'open', by: null })
  const ignored = status.events.filter(({ kind }) => kind === 'ignored').map(({ text }) => text)
  expect(ignored).toEqual(
    everything.map(([name]) =>
      expect.stringMatching(`^ignored: unsigned ${name} by ${ann}: .*; next: belay .*SSH key$`),
    ),
  )

  // The same as a signal with a proof is taken.
  const proven = await world.made(run, { name: 'abort', deployment, by: ann, reason: 'so' })
  await handle.signal('abort', proven)
  expect(await run.end()).toMatchObject({ outcome: 'ABORTED', reason: { kind: 'aborted', by: ann, claimed: false } })
})

test('forged, altered, old, foreign and used signatures are refused, each in its own words; the right one is taken', async () => {
  const world = await provenWorld()
  const plan = await world.signed('1.0.0')
  const run = await world.belay.deploy(plan)
  const { deployment } = plan
  const { items } = await phaseOf(run, (status) => status.waitingFor !== null)
  const sign = { name: 'signOff', deployment, item: 'pre.code_reviewed', by: ann } as const
  const proven = await world.made(run, sign)
  const refused = async (message: Parameters<typeof run.tell>[0], why: string) =>
    await expect(run.tell(message)).rejects.toThrow(why)

  await refused(await world.made(run, sign, 'stranger'), 'not proven to be ann@example.com: the key is none of those')
  await refused(await world.made(run, sign, 'ci'), 'the key is that of ci@example.com, not of ann@example.com')
  await refused({ ...proven, by: 'bob@example.com' }, 'not over this')
  await refused({ ...sign, note: 'never said', proof: proven.proof }, 'not over this')
  await refused(
    { name: 'reject', deployment, item: sign.item, by: ann, reason: 'no', proof: proven.proof },
    'not over this',
  )
  const past = new Date(Date.now() - 16 * 60_000)
  await refused(await world.made(run, sign, 'ann', () => past), 'the signature is too old')
  const ahead = new Date(Date.now() + 6 * 60_000)
  await refused(await world.made(run, sign, 'ann', () => ahead), 'the signature is from the future')
  await refused(await world.made(run, { ...sign, deployment: 'other' }), 'this is deployment')
  await refused({ ...(await world.made(run, { ...sign, deployment: 'other' })), deployment }, 'not over this')
  await world.keys.allow('ci@example.com ci', `${ann} valid-before="20200101Z" ann`)
  await refused(proven, 'has expired')
  await world.keys.allow('ci@example.com,sam@example.com ci', `${ann} ann`)
  const performerAsSam = await world.made(run, { ...sign, by: 'sam@example.com' }, 'ci')
  await refused(performerAsSam, 'signed with the key of ci@example.com, who has spoken in this run already')
  await world.keys.allow('ci@example.com ci', `${ann} ann`)
  await world.keys.revoke('ann')
  await refused(proven, 'is revoked')
  await world.keys.revoke()
  expect((await run.status()).items).toEqual(items)

  expect(await world.tell(run, proven)).toBe('pre.code_reviewed signed by ann@example.com (ssh)')
  await refused(proven, 'this signature was used already: a replay changes nothing')
  // One key is one person, whatever names the workers know it by.
  await world.keys.allow('ci@example.com ci', `${ann},smith@example.com ann`)
  const abort = { name: 'abort', deployment, reason: 'enough' } as const
  const other = await world.made(run, { ...abort, by: 'smith@example.com' })
  await refused(other, 'signed with the key of ann@example.com, who has spoken in this run already')
  await world.tellProven(run, { ...abort, by: ann })
  expect(await run.end()).toMatchObject({ outcome: 'ABORTED' })
})

test('the button of the Temporal UI still stops it, and the record says that nobody is proven to have pressed it', async () => {
  const world = await provenWorld()
  const run = await world.belay.deploy(await world.signed('1.0.0'))
  await phaseOf(run, (status) => status.waitingFor !== null)
  await world.belay.temporal.workflow.getHandle(run.workflowId).cancel()
  const reason = { kind: 'aborted', by: 'the Temporal UI', reason: 'cancelled, nobody is proven to have done it' }
  expect(await run.end()).toMatchObject({ outcome: 'ABORTED', reason })
})
