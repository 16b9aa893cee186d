import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { connect } from '../../src/client/index.ts'
import { allowDrills } from '../scenarios/drilling.ts'
import { threeReleases } from '../scenarios/releases.ts'
import { openWorld } from '../scenarios/world.ts'
import { eventually } from '../support/eventually.ts'
import { settingsText, terminalOf } from './terminal.ts'
import { openTranscript } from './transcript.ts'

const minutes = 60_000
const production = 'production'

test(
  'a drill at a terminal: not allowed, nothing to prove, proven; and how it is found later',
  async () => {
    const world = await openWorld({ releases: threeReleases })
    await world.live('1.0.0')
    const terminal = await terminalOf(world)
    const { belay, start, configure } = terminal
    const drill = (version: string, ...more: string[]) => ['drill', production, '--release', version, ...more]
    const told = openTranscript(terminal, world)

    expect(await told.type(...drill('1.1.0'))).toMatchObject({ code: 2 })
    await configure((settings) => {
      allowDrills(settings)
      settings.review.within = '10m'
    })
    const nothing = await belay(...drill('1.0.0'))
    expect(nothing).toMatchObject({ code: 10, out: expect.stringContaining('is the version of record on production') })
    expect(await told.type(...drill('7.7.7'))).toMatchObject({ code: 2 })

    const drilling = start(...drill('1.1.0', '--request-id', 'job.1'))
    await drilling.said('Next: belay sign production pre.code_reviewed')
    await drilling.said('pre.tests_passing: passed')
    const [busy, again] = await Promise.all([
      belay(...drill('1.1.0')),
      belay(...drill('1.1.0', '--request-id', 'job.1', '--detach')),
    ])
    expect(busy).toMatchObject({ code: 75, err: expect.stringContaining('busy: 1.1.0') })
    expect(again).toMatchObject({ code: 0, err: expect.stringContaining('attached to deployment 1.1.0-') })
    await eventually('the drill among what waits', async () => {
      const { out } = await belay('waiting')
      return out.includes('drill of 1.1.0 by ann@example.com (claimed)')
    })
    await belay('sign', production, 'code_reviewed')
    const ended = await drilling.ended
    expect(ended).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^drill of 1\.1\.0 on production: way back proven/),
    })
    told.tell(drill('1.1.0').join(' '), { ...ended, err: '' })
    await told.look(['status', production], ['explain', production], ['history', production], ['log', production])
    await told.look(['record', production], ['checklist', production])
    await expect(told.text()).toMatchFileSnapshot('../golden/transcripts/drill.txt')

    const repeated = await belay(...drill('1.1.0', '--request-id', 'job.1', '--json'))
    expect([repeated.code, JSON.parse(repeated.out)]).toMatchObject([
      0,
      { schema: 1, startedAs: 'drill', outcome: 'ROLLED_BACK', wayBackMs: expect.any(Number) },
    ])
    const rows = JSON.parse((await belay('history', production, '--json')).out).rows
    expect(rows[0]).toMatchObject({ kind: 'drill', wayBackMs: expect.any(Number) })
    const [drills, wrong] = await Promise.all(['drill', 'dril'].map((kind) => belay('history', '--kind', kind)))
    expect(
      drills?.out
        .trim()
        .split('\n')
        .map((line) => line.includes(' drill ')),
    ).toEqual([true, true])
    expect(wrong).toMatchObject({
      code: 2,
      err: expect.stringContaining('--kind: expected one of deployment, rollback'),
    })
    expect((await world.look()).serving).toBe('1.0.0')
  },
  8 * minutes,
)

test(
  'a program holds a drill and reads its end; where none is allowed nothing is started',
  async () => {
    const world = await openWorld({ releases: threeReleases, change: allowDrills })
    await world.live('1.0.0')
    const [file, forbidding] = [join(world.repository, 'belay.yaml'), join(world.repository, 'forbidding.yaml')]
    await writeFile(file, settingsText(world, allowDrills))
    await writeFile(forbidding, settingsText(world))
    const belay = await connect(world.environment)
    try {
      const request = { environment: production, version: '1.1.0', by: 'ann@example.com', requestId: 'job.7' }
      await expect(belay.drill({ ...request, file: forbidding })).rejects.toThrow('write `drills: true`')
      expect(await belay.listOpen()).toEqual([])
      const run = await belay.drill({ ...request, file })
      const waits = async () => (await run.status()).waitingFor
      await expect.poll(waits, { timeout: 60_000 }).not.toBeNull()
      await run.sign('code_reviewed', { by: 'bob@example.com' })
      expect(await run.end()).toMatchObject({
        startedAs: 'drill',
        outcome: 'ROLLED_BACK',
        wayBackMs: expect.any(Number),
      })
      expect(await belay.drill({ ...request, file })).toMatchObject({ attached: true, runId: run.runId })
    } finally {
      await belay.close()
    }
  },
  6 * minutes,
)
