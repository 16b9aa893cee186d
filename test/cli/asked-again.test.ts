import { expect, test } from 'vitest'
import { threeReleases } from '../scenarios/releases.ts'
import { openWorld } from '../scenarios/world.ts'
import { terminalOf } from './terminal.ts'

const minutes = 60_000
const deploy = (version: string, ...more: string[]) => ['deploy', version, '--env', 'production', ...more]

test(
  'the same request attaches or tells its outcome; another one is busy, waits with --wait, and gives up in time',
  async () => {
    const world = await openWorld({ releases: threeReleases })
    const { belay, start } = await terminalOf(world)
    const [one, two] = [start(...deploy('1.0.0', '--request-id', 'a')), start(...deploy('1.0.0', '--request-id', 'a'))]
    await Promise.all([one, two].map((session) => session.said('Next: belay sign production pre.code_reviewed')))
    expect(await world.belay.listOpen()).toHaveLength(1)

    const [other, impatient, wrong] = await Promise.all([
      belay(...deploy('1.0.0', '--request-id', 'b')),
      belay(...deploy('1.0.0', '--wait', '300ms')),
      belay(...deploy('1.0.0', '--wait', 'soon')),
    ])
    expect(other).toMatchObject({
      code: 75,
      err: expect.stringContaining('busy: 1.0.0 by ann@example.com (claimed) since'),
    })
    expect(impatient).toMatchObject({ code: 75, err: expect.stringContaining('waiting for its end, at most 300 ms') })
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('--wait: expected nothing or a duration') })
    const leaving = start(...deploy('1.1.0', '--wait'))
    await leaving.said('at most 1 h')
    leaving.interrupt()
    expect(await leaving.ended).toMatchObject({ code: 130, err: expect.stringContaining('nothing was started') })

    const waiting = start(...deploy('1.1.0', '--wait', '5m', '--request-id', 'c'))
    await waiting.said('waiting for its end, at most 5 min')
    await belay('abort', 'production', '--reason', 'wrong day')
    const [first, second] = await Promise.all([one.ended, two.ended])
    expect([first.code, second.code]).toEqual([14, 14])
    expect([first.err, second.err].filter((err) => err.includes('attached to deployment'))).toHaveLength(1)
    await waiting.said('Next: belay sign production pre.code_reviewed')
    expect(await world.belay.listOpen()).toMatchObject([{ version: '1.1.0' }])
    await belay('abort', 'production', '--reason', 'seen enough')
    expect((await waiting.ended).code).toBe(14)

    const repeated = await belay(...deploy('1.1.0', '--request-id', 'c'))
    expect(repeated).toMatchObject({ code: 14, out: expect.stringContaining('seen enough') })
    expect(repeated.err).toMatch(/ended already .*nothing is started.*\nTo start anew: .*--request-id/)
    const anew = start(...deploy('1.1.0', '--request-id', 'd', '--detach'))
    expect((await anew.ended).out).toMatch(/^1\.1\.0-/)
  },
  3 * minutes,
)

test(
  'a rollback asked for twice by one request goes back one release, not two, whoever carried it out',
  async () => {
    const world = await openWorld({ releases: threeReleases })
    await world.live('1.0.0')
    await world.live('1.1.0')
    const { belay, start, configure } = await terminalOf(world)
    await configure((settings) => {
      settings.monitoring.window = '60s'
    })
    const deploying = start(...deploy('1.2.0'))
    await deploying.said('Next: belay sign production pre.code_reviewed')
    await belay('sign', 'production', 'code_reviewed')
    await deploying.said('manual.payment_processing')
    const waiting = start('rollback', 'production', '--to', '1.0.0', '--wait', '2m', '--request-id', 'elsewhere')
    await waiting.said('waiting for its end')
    const [holder] = await world.belay.listOpen()
    expect(waiting.soFar()).toContain(`since ${holder?.since} (`)
    waiting.interrupt()
    expect((await waiting.ended).code).toBe(130)

    const back = ['rollback', 'production', '--reason', 'slow', '--request-id', 'a']
    expect((await belay(...back)).out).toContain('rolled back to 1.1.0')
    expect((await deploying.ended).code).toBe(11)
    const again = await belay(...back)
    expect(again).toMatchObject({ code: 11, err: expect.stringContaining('this request has ended already') })
    expect((await world.look()).serving).toBe('1.1.0')

    const [own, twice] = [await belay(...back, '--to', '1.0.0'), await belay(...back, '--to', '1.0.0')]
    expect(own).toMatchObject({ code: 0, out: expect.stringContaining('rolled back to 1.0.0') })
    expect(twice).toMatchObject({ code: 0, err: expect.stringContaining('this request has ended already') })
  },
  3 * minutes,
)
