import { readFile, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { threeReleases } from '../scenarios/releases.ts'
import { openWorld } from '../scenarios/world.ts'
import { terminalOf } from './terminal.ts'

const minutes = 60_000

test(
  'a deployment says what it waits for, takes the answers, refuses what cannot be, and ends with 0',
  async () => {
    const world = await openWorld({ releases: threeReleases })
    const { belay, start } = await terminalOf(world)
    expect(await belay('validate')).toMatchObject({ code: 0, out: expect.stringContaining('valid') })
    expect(await belay('status', 'production')).toMatchObject({
      code: 0,
      out: expect.stringContaining('nothing was ever deployed. Next: belay deploy'),
    })
    expect(await belay('watch', 'production')).toMatchObject({
      code: 2,
      err: expect.stringContaining('Next: belay deploy'),
    })

    const deploying = start('deploy', '1.0.0', '--env', 'production')
    await deploying.said('Next: belay sign production pre.code_reviewed')
    const [busy, early, unknown, extended, decided, running] = await Promise.all([
      belay('deploy', '1.0.0', '--env', 'production'),
      belay('sign', 'production', 'payment_processing'),
      belay('sign', 'production', 'coffee'),
      belay('extend', 'production', '10m', '--reason', 'quiet'),
      belay('decide', 'production', 'retry', '--reason', 'mended'),
      belay('status', 'production'),
    ])
    expect(busy.code).toBe(75)
    expect(busy.err).toMatch(/busy: 1\.0\.0 by ann@example\.com \(claimed\) since .* Next: belay watch production/)
    expect(early).toMatchObject({
      code: 2,
      err: expect.stringContaining('refused: manual.payment_processing can be answered when the release is live'),
    })
    expect(unknown).toMatchObject({ code: 2, err: expect.stringContaining('items to sign: pre.code_reviewed') })
    expect(extended).toMatchObject({ code: 2, err: expect.stringContaining('refused: nothing is being watched') })
    expect(decided).toMatchObject({ code: 2, err: expect.stringContaining('nothing waits for a decision') })
    expect(running).toMatchObject({ code: 20, out: expect.stringContaining('WAITS since') })

    const signed = await belay('sign', 'production', 'code_reviewed', '--note', 'read twice')
    expect(signed).toMatchObject({ code: 0, out: 'recorded: pre.code_reviewed signed by ann@example.com (claimed)\n' })
    await deploying.said('Next: belay sign production post.user_facing_tested manual.payment_processing')
    const twice = await belay('sign', 'production', 'user_facing_tested', 'payment_processing', 'code_reviewed')
    expect(twice.code).toBe(2)
    expect(twice.out.split('\n')).toHaveLength(3)
    expect(twice.err).toContain('refused: pre.code_reviewed is already passed by ann@example.com (claimed)')
    const ended = await deploying.ended
    expect(ended).toMatchObject({ code: 0, out: expect.stringContaining('1.0.0 is live on production') })
    expect(ended.out).toContain('Next: nothing was live before it; belay rollback production --to nothing')
    expect((await world.look()).serving).toBe('1.0.0')

    const [late, watched, status, history, log, check] = await Promise.all([
      belay('abort', 'production', '--reason', 'too late'),
      belay('watch', 'production'),
      belay('status', 'production'),
      belay('history'),
      belay('log', 'production'),
      belay('check', 'production'),
    ])
    expect(late).toMatchObject({ code: 2, err: 'no run is open on production. Next: belay status production\n' })
    expect(watched).toMatchObject({ code: 0, out: expect.stringContaining('1.0.0 is live on production') })
    expect(status.out).toContain('version of record: 1.0.0')
    expect(status).toMatchObject({ code: 0, out: expect.stringContaining('production: SUCCESS') })
    expect(history.out).toMatch(/production +1\.0\.0 +SUCCESS +deployment +ann@example\.com/)
    expect(log.out).toMatch(/Version: 1\.0\.0/)
    expect(check).toMatchObject({ code: 0, out: expect.stringContaining('Health check: PASSED') })

    const deployment = history.out.trim().split(/\s+/).at(5) ?? ''
    const reading = [
      ['status'],
      ['status', 'production'],
      ['history'],
      ['history', deployment],
      ['log'],
      ['check', 'production'],
      ['marker', 'show', 'production'],
      ['validate'],
      ['doctor'],
      ['watch', 'production'],
    ]
    const data = await Promise.all(reading.map((command) => belay(...command, '--json')))
    expect(data.map((answer, at) => [reading[at]?.[0], answer.code, JSON.parse(answer.out).schema])).toEqual(
      reading.map(([name]) => [name, 0, 1]),
    )
  },
  3 * minutes,
)

test(
  'refused, aborted, locked, detached: each ends with its own code and says what to do next',
  async () => {
    const world = await openWorld({ releases: threeReleases })
    await world.live('1.0.0')
    const before = await world.tree()
    const { belay, start, configure } = await terminalOf(world)
    const deploy = ['deploy', '1.1.0', '--env', 'production']

    await configure((settings) => {
      settings.review.checklist.tests_passing.command = ['node', '-e', 'console.error("2 failed"); process.exit(1)']
    })
    const refused = await belay(...deploy)
    expect(refused).toMatchObject({ code: 10, out: expect.stringContaining('pre.tests_passing') })
    expect(refused.out).toContain('Next: ')
    await configure()

    const locked = await belay('lock', 'production', '--reason', 'end of quarter', '--until', '2h')
    expect(locked).toMatchObject({ code: 0, out: expect.stringContaining('production is locked by ann@example.com') })
    // The history keeps the first one, so the hosts do: a second one would end on one of them before the other.
    const again = await belay('lock', 'production', '--reason', 'audit', '--by', 'bob@example.com')
    expect(again).toMatchObject({ code: 75, out: '' })
    expect(again.err).toMatch(/locked already, by ann@example\.com \(claimed\) until .*: end of quarter.*belay unlock/)
    expect(JSON.parse(await readFile(`${world.directory}/.belay/lock.json`, 'utf8'))).toMatchObject({
      reason: 'end of quarter',
    })
    const held = await belay(...deploy)
    expect(held).toMatchObject({ code: 75, out: expect.stringContaining('end of quarter') })
    expect(held.out).toContain('ann@example.com')
    expect((await belay('status', 'production')).out).toMatch(
      /LOCKED by ann@example\.com \(claimed\) .*end of quarter.*Next: belay unlock/,
    )
    expect(await belay('unlock', 'production')).toMatchObject({
      code: 0,
      out: expect.stringContaining('is unlocked by'),
    })
    expect(await belay('unlock', 'production')).toMatchObject({
      code: 0,
      out: expect.stringContaining('was not locked'),
    })
    // Belay's own hold is on the hosts before the history answers again.
    const own = { reason: 'the rollback broke off', by: 'belay', since: '2026-11-26T02:00:00.000Z', until: null }
    await writeFile(`${world.directory}/.belay/lock.json`, JSON.stringify(own))
    expect(await belay('unlock', 'production')).toMatchObject({
      code: 0,
      out: expect.stringContaining('is unlocked by'),
    })
    expect(await belay('clear', 'production', '7.7.7', '--reason', 'a typing error')).toMatchObject({
      code: 0,
      out: expect.stringContaining('7.7.7 is not blocked on production; nothing was cleared'),
    })

    const aborting = start(...deploy)
    await aborting.said('Next: belay sign production pre.code_reviewed')
    const abort = await belay('abort', 'production', '--reason', 'wrong day')
    expect(abort).toMatchObject({
      code: 0,
      out: expect.stringContaining('recorded: abort asked for by ann@example.com'),
    })
    expect(await aborting.ended).toMatchObject({ code: 14, out: expect.stringContaining('wrong day') })

    // A rule that this one deployment ignores is nobody else's business: people still reach it.
    await configure((settings) => {
      settings.ignored_safeties = []
    })
    const reckless = start(...deploy, '--ignore', 'short_window', '--reason', 'the test has no ten minutes')
    await reckless.said('Next: belay sign production pre.code_reviewed')
    expect(await belay('abort', 'production', '--reason', 'second thoughts')).toMatchObject({ code: 0 })
    expect(await reckless.ended).toMatchObject({
      code: 14,
      err: expect.stringContaining('IGNORED SAFETY short_window'),
    })
    expect(await belay('deploy', '1.1.0', '--env', 'production')).toMatchObject({ code: 2 })
    await configure()

    const detaching = start(...deploy)
    await detaching.said('Next: belay sign production pre.code_reviewed')
    detaching.interrupt()
    const detached = await detaching.ended
    expect(detached).toMatchObject({
      code: 130,
      err: expect.stringContaining('detached; the run goes on. Next: belay watch production'),
    })
    const watching = start('watch', 'production', '--json')
    await watching.said('Next: belay sign production pre.code_reviewed')
    await belay('abort', 'production', '--reason', 'seen enough')
    const watched = await watching.ended
    expect(watched.code).toBe(14)
    expect(JSON.parse(watched.out)).toMatchObject({ schema: 1, outcome: 'ABORTED' })
    expect(await world.tree()).toBe(before)
  },
  3 * minutes,
)
