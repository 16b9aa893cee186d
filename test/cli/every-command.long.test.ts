import { expect, test } from 'vitest'
import { threeReleases } from '../scenarios/releases.ts'
import type { FixtureSettings } from '../scenarios/settings.ts'
import { openWorld, phaseOf, type World } from '../scenarios/world.ts'
import { terminalOf } from './terminal.ts'
import { openTranscript } from './transcript.ts'

const production = 'production'
const golden = (name: string) => `../golden/transcripts/${name}.txt`

test('what people type around a deployment answers as it is written down, the refusals too', async () => {
  const world = await openWorld({ releases: threeReleases })
  const terminal = await terminalOf(world)
  const { start, configure } = terminal
  await configure((settings) => {
    settings.review.within = settings.after.within = '10m'
    settings.monitoring.window = '10m'
    settings.ignored_safeties = []
  })

  const setUp = openTranscript(terminal, world)
  await setUp.look(
    ['validate'],
    ['docs', 'monitoring.window'],
    ['docs', 'monitoring.windows'],
    ['notify', 'test', production],
  )
  await setUp.look(['check', production], ['marker', 'show', production], ['watchdog'], ['worker', '--check'])
  await expect(setUp.text()).toMatchFileSnapshot(golden('setting-up'))

  const deploying = openTranscript(terminal, world)
  const deployed = start('deploy', '1.0.0', '--env', production, '--request-id', 'job-1')
  await deployed.said('Next: belay sign production pre.code_reviewed')
  await deployed.said('pre.tests_passing: passed')
  await deploying.type('deploy', '1.1.0', '--env', production)
  await deploying.type('sign', production, 'coffee', 'user_facing_tested')
  await deploying.type('sign', production, 'code_reviewed', '--note', 'read twice')
  await deployed.said('watching until')
  await deploying.type('extend', production, '5m', '--reason', 'the import runs at ten')
  await deploying.type('decide', production, 'retry', '--reason', 'a guess')
  await deploying.type('reject', production, 'payment_processing', '--reason', 'cards are refused')
  await configure(reviewedByCommand)
  deploying.tell('deploy 1.0.0 --env production --request-id job-1', await deployed.ended)
  await deploying.type('deploy', '1.0.0', '--env', production, '--request-id', 'job-1')
  await deploying.type('deploy', '1.0.0', '--env', production)
  await deploying.type('clear', production, '1.0.0', '--reason', 'it was the test card')
  await expect(deploying.text()).toMatchFileSnapshot(golden('deploying'))

  await configure()
  for (const version of ['1.0.0', '1.1.0']) await goesLive(world, terminal, version)
  const holding = openTranscript(terminal, world)
  await configure(reviewedByCommand)
  await holding.type('lock', production, '--reason', 'end of quarter')
  await holding.type('deploy', '1.2.0', '--env', production)
  await holding.type('unlock', production)
  await holding.type('rollback', production, '--reason', 'support calls', '--yes')
  await holding.type('abort', production, '--reason', 'too late')
  await holding.type('watch', production)
  await holding.type('adopt', production, '--version', '1.0.0', '--yes')
  const commit = world.commits.get('1.2.0') ?? ''
  await holding.type('marker', 'create', production, '--version', '1.2.0', '--commit', commit)
  await holding.type('marker', 'verify', production)
  await expect(holding.text()).toMatchFileSnapshot(golden('holding'))
}, 600_000)

/** Nobody is asked anything, so that a refusal says nothing of people. */
function reviewedByCommand(settings: FixtureSettings): void {
  Object.assign(settings.review.checklist, { code_reviewed: { command: ['node', '-e', '0'], timeout: '20s' } })
}

async function goesLive(world: World, { start, belay }: Awaited<ReturnType<typeof terminalOf>>, version: string) {
  const session = start('deploy', version, '--env', production)
  await session.said('Next: belay sign production pre.code_reviewed')
  await belay('sign', production, 'code_reviewed')
  const run = await world.belay.attach('fixture', production)
  if (run) await phaseOf(run, (status) => status.liveSince !== null)
  await belay('sign', production, 'user_facing_tested', 'payment_processing')
  expect(await session.ended).toMatchObject({ code: 0 })
}
