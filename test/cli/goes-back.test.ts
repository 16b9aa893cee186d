import { rename } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { threeReleases } from '../scenarios/releases.ts'
import { toldAtOnce } from '../scenarios/told-at-once.ts'
import { openWorld } from '../scenarios/world.ts'
import { terminalOf } from './terminal.ts'

const minutes = 60_000

test(
  'rolled back ends with 11, blocks the release until it is cleared, and a rollback by hand ends with 0',
  async () => {
    const world = await openWorld({ releases: threeReleases })
    await world.live('1.0.0')
    await world.live('1.1.0')
    const { belay, start, configure } = await terminalOf(world)
    await configure((settings) => {
      settings.monitoring.window = '60s'
    })

    const deploying = start('deploy', '1.2.0', '--env', 'production')
    await deploying.said('Next: belay sign production pre.code_reviewed')
    await belay('sign', 'production', 'code_reviewed')
    await deploying.said('watching until')
    const extended = await belay('extend', 'production', '5m', '--reason', 'busy hour')
    expect(extended).toMatchObject({
      code: 0,
      out: expect.stringContaining('window extended by 5 min by ann@example.com'),
    })
    const elsewhere = await belay('rollback', 'production', '--to', '1.0.0')
    expect(elsewhere).toMatchObject({
      code: 75,
      err: expect.stringContaining('Next: belay rollback production without --to'),
    })
    const rejected = await belay('reject', 'production', 'payment_processing', '--reason', 'card refused')
    expect(rejected).toMatchObject({ code: 0, out: expect.stringContaining('manual.payment_processing refused by') })
    const ended = await deploying.ended
    expect(ended.code).toBe(11)
    expect(ended.out).toMatch(/1\.2\.0 on production was rolled back to 1\.1\.0\n.*card refused/)
    expect(ended.out).toContain('belay clear production 1.2.0')

    expect((await belay('status', 'production')).out).toMatch(/BLOCKED 1\.2\.0 .*Next: belay clear production 1\.2\.0/)
    const blocked = await belay('deploy', '1.2.0', '--env', 'production')
    expect(blocked).toMatchObject({ code: 10, out: expect.stringContaining('1.2.0 is blocked') })
    const cleared = await belay('clear', 'production', '1.2.0', '--reason', 'the provider was down')
    expect(cleared).toMatchObject({
      code: 0,
      out: expect.stringContaining('1.2.0 may be deployed to production again'),
    })
    const again = start('deploy', '1.2.0', '--env', 'production')
    await again.said('Next: belay sign production pre.code_reviewed')

    // The open run has changed nothing: it is ended, and the rollback by hand goes on by itself.
    const back = await belay('rollback', 'production', '--reason', 'wrong release')
    expect(back).toMatchObject({ code: 0, out: expect.stringContaining('rolled back to 1.0.0') })
    expect(await again.ended).toMatchObject({ code: 14 })
    expect(await world.look()).toMatchObject({ serving: '1.0.0', current: '1.0.0' })
    const nowhere = await belay('rollback', 'production', '--to', '7.7.7')
    expect(nowhere).toMatchObject({ code: 10, out: expect.stringContaining('7.7.7') })
  },
  3 * minutes,
)

test(
  'a rollback that is stuck ends the command with 12 and the answers it can be given, and goes on when one is given',
  async () => {
    const world = await openWorld({ releases: threeReleases, change: toldAtOnce })
    await world.live('1.1.0')
    const { belay, start, configure } = await terminalOf(world)
    await configure((settings) => {
      settings.monitoring.window = '60s'
    })
    const deploying = start('deploy', '1.2.0', '--env', 'production')
    await deploying.said('Next: belay sign production pre.code_reviewed')
    await belay('sign', 'production', 'code_reviewed')
    await deploying.said('manual.payment_processing')
    const server = `${world.directory}/releases/1.1.0/server.mjs`
    await rename(server, `${server}.away`)
    await world.say('errors', '1.2.0')

    const waiting = await deploying.ended
    expect(waiting.code).toBe(12)
    expect(waiting.out).toMatch(/production waits for a decision: start:.* failed: /)
    expect(waiting.out).toContain('Next: belay decide production retry|skip|give_up --reason "..."')
    expect((await belay('watch', 'production')).code).toBe(12)
    expect(await belay('decide', 'production', 'keep', '--reason', 'no')).toMatchObject({
      code: 2,
      err: expect.stringContaining('can be answered with retry, skip, give_up; got keep'),
    })
    expect(await belay('decide', 'production', 'perhaps', '--reason', 'no')).toMatchObject({ code: 2 })

    await rename(`${server}.away`, server)
    const decided = await belay('decide', 'production', 'retry', '--reason', 'the file is back')
    expect(decided).toMatchObject({ code: 0, out: expect.stringContaining('decided by ann@example.com (claimed)') })
    expect(await belay('watch', 'production')).toMatchObject({ code: 11 })
    expect(await world.look()).toMatchObject({ serving: '1.1.0' })
  },
  3 * minutes,
)
