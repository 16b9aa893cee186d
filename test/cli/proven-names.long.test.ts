import { expect, test } from 'vitest'
import { ann, ci, demandingSsh, provenWorld } from '../identity/proven-world.ts'
import { deployByCapistrano, startByHand } from '../scenarios/running-service.ts'
import { terminalOf } from './terminal.ts'

test('who has a key deploys, signs and goes back with it; who has none is told what to type', async () => {
  const world = await provenWorld()
  const { belay, start, configure } = await terminalOf(world)
  await configure((settings) => {
    demandingSsh(settings)
    settings.after.within = '120s'
    settings.review.within = '120s'
  })
  const key = (name: string) => ['--key', world.keys.file(name)]
  const nobody = await belay('deploy', '1.0.0', '--env', 'production', '--by', ci, '--key', 'nowhere')
  expect(nobody).toMatchObject({ code: 2, err: expect.stringContaining('--key: expected the file of an SSH key') })
  const stranger = await belay('deploy', '1.0.0', '--env', 'production', '--by', ci, ...key('stranger'))
  expect(stranger).toMatchObject({
    code: 10,
    out: expect.stringContaining('none of those that allowed_signers has for'),
  })

  const older = start('deploy', '1.0.0', '--env', 'production', '--by', ci, ...key('ci'))
  await older.said('Next: belay sign production pre.code_reviewed', 90_000)
  const newer = ['deploy', '1.1.0', '--env', 'production', '--supersede', '--by', ci]
  expect(await belay(...newer, ...key('stranger'))).toMatchObject({
    code: 75,
    err: expect.stringContaining('not proven to be ci@example.com'),
  })
  const deploying = start(...newer, ...key('ci'))
  await deploying.said('Next: belay sign production pre.code_reviewed', 90_000)
  expect(await older.ended).toMatchObject({ code: 14, out: expect.stringContaining('which ci@example.com deploys') })
  const forged = await belay('sign', 'production', 'code_reviewed', '--by', ann, ...key('stranger'))
  expect(forged).toMatchObject({ code: 2, err: expect.stringContaining('refused: not proven to be ann@example.com') })
  const foreign = await belay('sign', 'production', 'code_reviewed', '--by', ann, ...key('ci'))
  expect(foreign.err).toContain('the key is that of ci@example.com, not of ann@example.com')
  const signed = await belay('sign', 'production', 'code_reviewed', '--by', ann, ...key('ann'))
  expect(signed).toMatchObject({ code: 0, out: expect.stringContaining('signed by ann@example.com (ssh)') })
  const status = await belay('status', 'production')
  expect(status.out).toContain('by ci@example.com  ')
  expect(status.out).not.toContain('(claimed)')

  const aborted = await belay('abort', 'production', '--reason', 'enough', '--by', ann, ...key('ann'))
  expect(aborted).toMatchObject({ code: 0, out: expect.stringContaining('abort asked for by ann@example.com (ssh)') })
  expect((await deploying.ended).code).toBeGreaterThanOrEqual(11)
  const back = await belay('rollback', 'production', '--reason', 'so', '--by', ann, ...key('stranger'))
  expect(back).toMatchObject({ code: 10, out: expect.stringContaining('not proven to be ann@example.com') })
  const explained = await belay('explain', 'production')
  expect(explained.out).toContain('by ann@example.com (claimed)')
})

test('who has a key adopts, deploys by hand, locks and frees with it, and nobody calls them claimed', async () => {
  const world = await provenWorld({ BELAY_SSH_ENVIRONMENTS: 'production' })
  const { belay, configure } = await terminalOf(world)
  await configure(demandingSsh)
  const as = (name: string) => ['--by', ann, '--key', world.keys.file(name)]
  const directory = await deployByCapistrano(world, '1.1.0')
  await startByHand(world, directory)

  const adopt = ['adopt', 'production', '--version', '1.1.0', '--yes']
  expect(await belay(...adopt, ...as('stranger'))).toMatchObject({
    code: 10,
    err: expect.stringContaining('nothing was changed: not proven to be ann@example.com'),
  })
  expect(await belay(...adopt, ...as('ann'))).toMatchObject({ code: 0 })
  const create = ['marker', 'create', 'production', '--version', '1.1.0', '--commit', world.commits.get('1.1.0') ?? '']
  expect(await belay(...create, ...as('stranger'))).toMatchObject({ code: 10 })
  const created = await belay(...create, ...as('ann'))
  expect(created).toMatchObject({ code: 0, out: expect.stringContaining('is locked for ann@example.com until') })
  const status = await belay('status', 'production')
  expect(status.out).toContain('LOCKED by ann@example.com since')
  expect(status.out).toContain('manual deployment by ann@example.com. Next: belay unlock')
  const verified = await belay('marker', 'verify', 'production', ...as('ann'))
  expect(verified).toMatchObject({ code: 0, out: expect.stringContaining('recorded and unlocked') })

  const lock = await belay('lock', 'production', '--reason', 'audit', ...as('ann'))
  expect(lock.out).toContain('production is locked by ann@example.com until somebody unlocks it: audit')
  const refused = await belay('unlock', 'production', '--by', ann, '--key', 'nowhere')
  expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('--key: expected the file of an SSH key') })
  expect((await belay('unlock', 'production', ...as('ann'))).out).toContain('is unlocked by ann@example.com\n')

  const { rows } = await world.history.listDeployments({ service: 'fixture', environment: 'production', limit: 9 })
  expect(rows.map(({ kind, outcome, performerProven }) => ({ kind, outcome, performerProven }))).toEqual([
    { kind: 'manual', outcome: 'SUCCESS', performerProven: true },
    { kind: 'manual', outcome: 'SUCCESS', performerProven: true },
  ])
  const proofs = rows.map(async ({ deployment }) => (await world.history.readDeploymentDetails(deployment))?.proofs)
  expect((await Promise.all(proofs)).map((kept) => kept?.map(({ about, by }) => ({ about, by })))).toEqual([
    [
      { about: 'marker create', by: ann },
      { about: 'marker verify', by: ann },
    ],
    [{ about: 'adopt', by: ann }],
  ])
})
