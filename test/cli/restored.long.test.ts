import { expect, test } from 'vitest'
import { threeReleases } from '../scenarios/releases.ts'
import { openWorld } from '../scenarios/world.ts'
import { terminalOf } from './terminal.ts'
import { openTranscript } from './transcript.ts'

const production = 'production'

test('a database restored from an older backup is refused by everything until somebody accepts it, and gone on from then', async () => {
  const world = await openWorld({ releases: threeReleases })
  for (const version of ['1.0.0', '1.1.0', '1.2.0']) await world.live(version)
  const terminal = await terminalOf(world)
  const { start, configure } = terminal
  await configure((settings) => {
    Object.assign(settings.review.checklist, { code_reviewed: { command: ['node', '-e', '0'], timeout: '20s' } })
    settings.monitoring.window = '10s'
  })
  const transcript = openTranscript(terminal, world)
  const accept = ['restored', production, '--reason', 'backup of 02:00', '--yes'] as const
  await transcript.type(...accept)
  await world.sql(`alter table users drop column phone, drop column email;
    delete from schema_migrations where name in ('002_email', '003_phone')`)
  await transcript.type('rehearse', '1.2.0', '--env', production)
  await transcript.type('deploy', '1.2.0', '--env', production)
  await transcript.type('rollback', production, '--reason', 'ill', '--yes')
  const history = await world.sql('select * from schema_migrations')

  await transcript.type('restored', production, '--reason', 'backup of 02:00')
  await transcript.type(...accept)
  expect(await world.sql('select * from schema_migrations')).toEqual(history)
  await transcript.type(...accept)
  await transcript.type('rollback', production, '--reason', 'ill', '--yes')
  const { rows } = await world.history.listDeployments({ service: 'fixture', environment: production, limit: 9 })
  const live = rows.find(({ outcome }) => outcome === 'SUCCESS')?.deployment ?? ''
  expect((await terminal.belay('record', live)).out).toMatch(
    /a restored database without 002_email, 003_phone was accepted by ann@example.com \(claimed\): backup of 02:00/,
  )

  const deploying = start('deploy', '1.2.0', '--env', production)
  await deploying.said('manual.payment_processing')
  await terminal.belay('sign', production, 'user_facing_tested', 'payment_processing')
  const ended = await deploying.ended
  expect(ended.code).toBe(0)
  expect(ended.err).toContain(
    '002_email: not applied since a restored database was accepted by ann@example.com (claimed) at',
  )
  expect((await world.look()).migrations).toEqual(['001_users', '002_email', '003_phone'])
  await expect(transcript.text()).toMatchFileSnapshot('../golden/transcripts/restored.txt')
}, 300_000)
