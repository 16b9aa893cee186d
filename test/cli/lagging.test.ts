import { expect, test } from 'vitest'
import { threeReleases } from '../scenarios/releases.ts'
import { openWorld } from '../scenarios/world.ts'
import { eventually } from '../support/eventually.ts'
import { startPostgres } from '../support/postgres.ts'
import { terminalOf } from './terminal.ts'

test('when only the history is late, the outcome is told with its code, and the run writes itself down later', async () => {
  const postgres = await startPostgres()
  const world = await openWorld({ releases: threeReleases, historyUrl: postgres.url })
  try {
    const { belay, start } = await terminalOf(world)
    const deploying = start('deploy', '1.0.0', '--env', 'production')
    await deploying.said('Next: belay sign production pre.code_reviewed')
    await belay('sign', 'production', 'code_reviewed')
    await deploying.said('manual.payment_processing')
    await postgres.pause()
    await belay('sign', 'production', 'user_facing_tested', 'payment_processing')
    const ended = await deploying.ended
    expect(ended).toMatchObject({ code: 0, out: 'SUCCESS: 1.0.0 is live on production\n' })
    expect(ended.err).toContain('the history is lagging')
    expect(ended.err).toContain('Next: belay doctor')
    const [status, history] = await Promise.all([belay('status', 'production'), belay('history')])
    expect(status).toMatchObject({ code: 20, out: expect.stringContaining('production: SUCCESS') })
    expect(history).toMatchObject({ code: 69, err: expect.stringContaining('the history database does not answer') })
    expect(history.err).not.toContain(new URL(postgres.url).password)

    await postgres.start()
    const written = await eventually(
      'the row',
      () =>
        world.history.listDeployments({}).then(
          ({ rows }) => rows[0]?.outcome,
          () => null,
        ),
      60_000,
    )
    expect(written).toBe('SUCCESS')
  } finally {
    await postgres.stop()
  }
}, 180_000)
