import { expect, test } from 'vitest'
import { threeReleases } from '../scenarios/releases.ts'
import { openWorld } from '../scenarios/world.ts'
import { terminalOf } from './terminal.ts'
import { openTranscript } from './transcript.ts'

const minutes = 60_000
const production = 'production'
const golden = (name: string) => `../golden/transcripts/${name}.txt`

test(
  'approvals, a rule that is ignored, and a newer release that takes the place, as people read them',
  async () => {
    const world = await openWorld({ releases: threeReleases })
    const terminal = await terminalOf(world)
    await terminal.configure(({ review }) => {
      const reviewers = ['bob@example.com', 'carol@example.com']
      Object.assign(review, { required_approvals: 2, reviewers, override: 'second_person', within: '10m' })
      review.checklist.tests_passing.command = ['node', '-e', 'console.error("2 failed"); process.exit(1)']
    })
    const deploy = (version: string, ...more: string[]) => ['deploy', version, '--env', production, ...more]
    const ignoring = ['--ignore', 'tests_passing', '--reason', 'the runner is down']
    const told = openTranscript(terminal, world)

    expect(await told.type(...deploy('1.0.0', '--ignore', 'rollback_plan', '--reason', 'in a hurry'))).toMatchObject({
      code: 2,
    })
    await told.type(...deploy('1.0.0', '--ignore', 'tests_passing', '--reason', '-'))
    const first = terminal.start(...deploy('1.0.0', ...ignoring))
    await first.said('Next: belay sign production pre.code_reviewed approval override')
    // One after the other: on a busy machine a command that waits for its turn says that something does not answer.
    await told.type('waiting')
    await told.type('explain', production)
    const by = (name: string) => ['--by', `${name}@example.com`]
    await told.type('sign', production, 'approval', 'override')
    await told.type('sign', production, 'approval', ...by('bob'), '--note', 'read twice')
    await told.type('sign', production, 'approval', ...by('bob'))
    await told.type('sign', production, 'approval', ...by('eve'))
    await told.type('sign', production, 'override', ...by('carol'))
    await told.type('waiting')
    await told.type('status', production)
    await told.type('checklist', production)

    const newer = await told.type(...deploy('1.1.0', ...ignoring, '--supersede', '--detach', '--request-id', 'a'))
    expect(newer.code).toBe(0)
    const ended = await first.ended
    expect(ended.code).toBe(14)
    told.tell('deploy 1.0.0 (its last lines)', { ...ended, err: '' })
    const again = await terminal.belay(...deploy('1.1.0', ...ignoring, '--supersede', '--detach', '--request-id', 'a'))
    expect(again).toMatchObject({ code: 0, out: newer.out })
    const older = await told.type(...deploy('1.0.0', ...ignoring, '--supersede'))
    expect(older.code).toBe(75)
    const late = await terminal.belay(...deploy('1.1.0', ...ignoring, '--supersede', '--wait', '300ms'))
    expect(late).toMatchObject({ code: 75, err: expect.stringContaining('waiting for its end, at most 300 ms') })

    const superseded = /deployment (1\.0\.0-[0-9a-f]{10})/.exec(ended.err)?.[1] ?? ''
    await told.look(['explain', superseded], ['history', production])
    await told.look(['record', superseded])
    const data = ['status', 'checklist', 'explain'].map((command) => terminal.belay(command, production, '--json'))
    const rule = [{ rule: 'short_window' }, { rule: 'tests_passing', by: 'ann@example.com' }]
    const [status, checklist, explain] = (await Promise.all(data)).map(({ out }) => JSON.parse(out))
    const same = (one: unknown) =>
      expect(one).toEqual(expect.arrayContaining(rule.map((known) => expect.objectContaining(known))))
    for (const one of [status.run.ignoredSafeties, checklist.ignored, explain.ignored]) same(one)

    await told.type('reject', production, 'approval', ...by('bob'), '--reason', 'not before the audit')
    await told.look(['explain', production])
    await expect(told.text()).toMatchFileSnapshot(golden('gate-people'))
  },
  6 * minutes,
)
