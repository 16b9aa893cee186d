import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { provenPlan } from '../../src/client/sign/signer.ts'
import { planDigest } from '../../src/config/digest.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { type Terminal, terminalOf } from '../cli/terminal.ts'
import { ann, ci, type ProvenWorld, provenWorld, signedRollback } from '../identity/proven-world.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import type { FixtureSettings } from './settings.ts'
import { phaseOf } from './world.ts'

const run = promisify(execFile)

test('every signature that a run took is on its record for good, and ssh-keygen alone proves it as docs/gate.md says', async () => {
  const world = await provenWorld()
  const { belay } = await terminalOf(world)
  const deployment = await everythingSigned(world)
  const { proofs, row } = await historyOf(belay, deployment)

  expect(proofs.map(({ action, about, by }) => [action, about, by])).toEqual([
    ['start', 'deploy', ci],
    ['signOff', 'pre.code_reviewed', ann],
    ['signOff', 'approval', ann],
    ['signOff', 'override', ann],
    ['decide', 'on_call: acknowledge', ann],
    ['extendWindow', null, ann],
    ['reject', 'manual.payment_processing', ann],
  ])
  const keys: Record<string, string> = { [ci]: await fingerprint(world, 'ci'), [ann]: await fingerprint(world, 'ann') }
  for (const { by, key } of proofs) expect(key).toBe(keys[by])
  for (const { statement } of proofs.slice(1)) {
    expect(JSON.parse(statement)).toMatchObject({ belay: 1, plan: row.planDigest, message: { deployment, by: ann } })
  }
  expect(JSON.parse(proofs[2]?.statement ?? '')).toMatchObject({ message: { note: 'read\0 \ud800twice\n' } })

  // Years later: the key has expired, is revoked, and Temporal has forgotten the run.
  const signers = join(await temporaryDirectory(), 'allowed_signers')
  const expired = (name: string) => `namespaces="belay",valid-before="${tomorrow()}" ${name}`
  const lines = [
    `${ci} ${expired(await world.keys.publicKey('ci'))}`,
    `${ann} ${expired(await world.keys.publicKey('ann'))}`,
  ]
  await writeFile(signers, `${lines.join('\n')}\n`)
  for (const proof of proofs) {
    const said = await byHand(proof, JSON.stringify({ proofs: [proof] }), signers)
    expect(said).toContain(`Good "belay" signature with ED25519 key ${proof.key}`)
    expect(said).toContain(`Good "belay" signature for ${proof.by} with ED25519 key ${proof.key}`)
  }
  const forged = proofs.find(({ action }) => action === 'decide')
  if (!forged) throw new Error('expected proofs')
  const altered = { ...forged, statement: forged.statement.replace('acknowledge', 'skip') }
  await expect(byHand(altered, JSON.stringify({ proofs: [altered] }), signers)).rejects.toThrow(/incorrect signature/)
  await expect(byHand({ ...forged, by: ci }, JSON.stringify({ proofs: [forged] }), signers)).rejects.toThrow()

  const record = await belay('record', deployment)
  expect(record.out).toMatch(new RegExp(`Deployed by \\| ${escaped(`${ci} (${keys[ci]})`)}`))
  expect(record.out).toContain(`signed by ${ann} (${keys[ann]}) at `)
  expect(record.out).toContain(`approval by ${ann} (${keys[ann]}) at `)
  expect(record.out).toContain(`refused by ${ann} (${keys[ann]}) at `)
  expect(record.out).toMatch(
    new RegExp(`\\| ${escaped(ann)} \\| ${escaped(keys[ann] ?? '')} \\| decide on_call: acknowledge`, 'u'),
  )
  expect(JSON.parse((await belay('record', deployment, '--json')).out)).toMatchObject({ schema: 1, proofs })
  const explained = await belay('explain', deployment)
  expect(explained.out).toContain(`by ${ci} (${keys[ci]})`)
  expect(explained.out).toMatch(new RegExp(`decided by ${escaped(`${ann} (${keys[ann]})`)}`))
  expect(JSON.parse((await belay('explain', deployment, '--json')).out)).toMatchObject({
    proofs,
    startedAt: row.startedAt,
  })
})

test('an abort and a rollback leave theirs, and all tell one start; what was refused, or only claimed, leaves none', async () => {
  const world = await provenWorld()
  const { belay } = await terminalOf(world)
  const first = await world.liveProven('1.0.0')
  const { deployment: firstId, events } = await first.status()
  const { row, proofs } = await historyOf(belay, firstId)
  const [startOfFirst] = proofs
  const began = events[0]?.at ?? ''
  expect(row.startedAt).toBe(began)
  expect(row.openedAt > began).toBe(true)
  expect((await belay('history', 'production')).out).toContain(`${began.slice(0, 19)}Z  production`)
  const words = `${began.slice(0, 10)} ${began.slice(11, 19)}Z`
  expect((await belay('record', firstId)).out).toContain(`| Started | ${words} |`)
  expect((await belay('explain', firstId)).out).toContain(`started ${words}`)
  await world.liveProven('1.1.0')

  const plan = await world.signed('1.2.0')
  const { deployment } = plan
  const waiting = await world.belay.deploy(plan)
  await phaseOf(waiting, (status) => status.waitingFor !== null)
  const abort = { name: 'abort', deployment, by: ann, reason: 'enough' } as const
  await expect(waiting.tell(await world.made(waiting, abort, 'stranger'))).rejects.toThrow('none of those')
  await expect(waiting.tell(abort)).rejects.toThrow('unsigned')
  const short = (await waiting.status()).proofs
  expect(short).toEqual([expect.objectContaining({ seq: 1, action: 'start', key: startOfFirst?.key })])
  expect(JSON.stringify(short)).not.toContain('SIGNATURE')
  await world.tellProven(waiting, abort)
  expect(await waiting.end()).toMatchObject({ outcome: 'ABORTED' })
  expect((await belay('explain', deployment)).out).toMatch(
    new RegExp(`abort asked for by ${escaped(ann)} \\(SHA256:[A-Za-z0-9+/]{43}\\)`),
  )
  const aborted = await historyOf(belay, deployment)
  expect(aborted.proofs.map(({ action, about }) => [action, about])).toEqual([
    ['start', 'deploy'],
    ['abort', null],
  ])

  const wish = await signedRollback(world)
  expect(await (await world.belay.rollback(wish)).end()).toMatchObject({ outcome: 'ROLLED_BACK' })
  const back = await historyOf(belay, wish.plan.deployment)
  expect(back.proofs).toMatchObject([{ action: 'start', about: 'rollback', by: ci, key: startOfFirst?.key }])
  expect(JSON.parse(back.proofs[0]?.statement ?? '')).toMatchObject({ action: 'rollback', reason: 'scenario' })

  const claimed = world.plan('1.2.0', (settings) => {
    Object.assign(settings.environments.production, { identity: 'claimed' })
  })
  const open = await world.belay.deploy(claimed)
  await phaseOf(open, (status) => status.waitingFor !== null)
  await open.tell({ ...abort, deployment: claimed.deployment })
  await open.end()
  expect((await historyOf(belay, claimed.deployment)).proofs).toEqual([])
  expect((await belay('record', claimed.deployment)).out).not.toContain('## Signatures')
})

type Kept = { action: string; about: string | null; by: string; key: string; takenAt: string; statement: string }
type Told = { proofs: Kept[]; row: { planDigest: string; startedAt: string; openedAt: string } }

async function historyOf(belay: Terminal['belay'], deployment: string): Promise<Told> {
  return JSON.parse((await belay('history', deployment, '--json')).out)
}

/** One run in which ann says what there is to say, and takes the release back in the end. */
async function everythingSigned(world: ProvenWorld): Promise<string> {
  const asking = (settings: FixtureSettings) => {
    Object.assign(settings.review, { required_approvals: 1, override: 'second_person' })
    Object.assign(settings, { on_call: { acknowledge: { people: [ann], within: '60s' } } })
    settings.monitoring.window = '20s'
  }
  const plan = await provenPlan(ignoring(world.plan('1.0.0', asking)), 'deploy', world.keys.signing('ci'))
  const { deployment } = plan
  const run = await world.belay.deploy(plan)
  const by = { deployment, by: ann } as const
  await phaseOf(run, ({ waitingFor }) => waitingFor?.question === 'sign-off')
  await world.tellProven(run, { ...by, name: 'signOff', item: 'pre.code_reviewed' })
  // Foreign text to the byte: what a database cannot hold stands in the statement all the same.
  await world.tellProven(run, {
    ...by,
    name: 'signOff',
    item: 'approval',
    note: 'read\0 \ud800twice\n',
    plan: plan.digest,
  })
  await world.tellProven(run, { ...by, name: 'signOff', item: 'override' })
  await phaseOf(run, ({ waitingFor }) => waitingFor?.question === 'on_call')
  await world.tellProven(run, { ...by, name: 'decide', question: 'on_call', answer: 'acknowledge', reason: 'here' })
  await phaseOf(run, ({ phase }) => phase === 'watch', 60_000)
  await world.tellProven(run, { ...by, name: 'extendWindow', reason: 'to be sure', byMs: 1000 })
  await world.tellProven(run, { ...by, name: 'reject', item: 'manual.payment_processing', reason: 'it is dear' })
  expect(await run.end()).toMatchObject({ outcome: 'ROLLED_BACK' })
  return deployment
}

function ignoring(plan: Plan): Plan {
  const added = { rule: 'tests_passing', reason: 'outage', by: plan.performer }
  const changed = { ...plan, ignoredSafeties: [...plan.ignoredSafeties, added] }
  return { ...changed, digest: planDigest(changed) }
}

/** The lines of docs/gate.md as they stand there, with this proof's name and time, in a folder with `record.json`. */
async function byHand({ by, takenAt }: Pick<Kept, 'by' | 'takenAt'>, record: string, signers: string): Promise<string> {
  const guide = await readFile(join(import.meta.dirname, '../../docs/gate.md'), 'utf8')
  const [, lines = ''] =
    /To verify one by hand, years later:\n\n```sh\nbelay history .*\n([\s\S]*?)```/.exec(guide) ?? []
  expect(lines).toContain('ssh-keygen -Y verify -n belay')
  const directory = await temporaryDirectory()
  await writeFile(join(directory, 'record.json'), record)
  const script = lines
    .replace('ann@example.com', by)
    .replace('20261126143000Z', `${takenAt.slice(0, 19).replaceAll(/[-:T]/g, '')}Z`)
    .replace('-f allowed_signers', `-f ${signers}`)
  const { stdout, stderr } = await run('sh', ['-ec', script], { cwd: directory })
  return `${stdout}${stderr}`
}

async function fingerprint(world: ProvenWorld, name: string): Promise<string> {
  const { stdout } = await run('ssh-keygen', ['-l', '-f', `${world.keys.file(name)}.pub`])
  return stdout.split(' ')[1] ?? ''
}

function tomorrow(): string {
  return new Date(Date.now() + 86_400_000).toISOString().slice(0, 10).replaceAll('-', '')
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
}
