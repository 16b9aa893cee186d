import { expect, test } from 'vitest'
import { threeReleases } from '../scenarios/releases.ts'
import { openWorld, type World } from '../scenarios/world.ts'
import { eventually } from '../support/eventually.ts'
import { shared } from '../support/shared.ts'
import { type Terminal, terminalIn, terminalOf } from './terminal.ts'
import { openTranscript } from './transcript.ts'

const minutes = 60_000
const production = 'production'
const golden = (name: string) => `../golden/transcripts/${name}.txt`

test(
  'a refused, a good and a rolled-back deployment, as somebody reads them who was not there',
  async () => {
    const world = await openWorld({ releases: threeReleases })
    const terminal = await terminalOf(world)
    const { start, configure } = terminal
    const deploy = (version: string) => ['deploy', version, '--env', production]

    const before = openTranscript(terminal, world)
    await before.look(['checklist', production], ['explain', production], ['waiting'], ['logs', production])
    await before.look(['record', 'productoin'], ['status', production])
    await expect(before.text()).toMatchFileSnapshot(golden('nothing-yet'))

    await configure((settings) => {
      settings.review.checklist.tests_passing.command = ['node', '-e', 'console.error("2 failed"); process.exit(1)']
    })
    const refused = openTranscript(terminal, world)
    await terminal.belay(...deploy('1.0.0'))
    await refused.look(['explain', production], ['waiting'], ['checklist', production], ['record', production])
    await refused.look(['logs', production], ['logs', production, 'evidence-tests_passing'], ['status', production])
    await expect(refused.text()).toMatchFileSnapshot(golden('refused'))

    await configure((settings) => {
      settings.review.within = settings.after.within = '10m'
    })
    const good = openTranscript(terminal, world)
    const deploying = start(...deploy('1.0.0'))
    await deploying.said('Next: belay sign production pre.code_reviewed')
    // People and commands answer side by side; the page shows them in the order in which they did.
    await deploying.said('pre.tests_passing: passed')
    await good.look(['waiting'], ['explain', production], ['checklist', production])
    await good.type('sign', production, 'code_reviewed', '--note', 'read | twice')
    await deploying.said('watching until')
    await good.look(['waiting'], ['checklist', production])
    // The run has a second to answer; until it does, everything that people sign is offered.
    await eventually('the items of the open run', async () => {
      const { out } = await terminal.belay('complete', '--', 'sign', production, '')
      return out.startsWith('post.user_facing_tested') && !out.includes('pre.')
    })
    await good.type('sign', production, 'user_facing_tested', 'payment_processing')
    await deploying.ended
    await good.look(['explain', production], ['waiting'], ['checklist', production], ['record', production])
    await good.look(['history', production], ['log', production], ['status', production], ['logs', production, 'build'])
    await expect(good.text()).toMatchFileSnapshot(golden('good'))

    await configure((settings) => {
      settings.review.within = settings.after.within = settings.monitoring.window = '10m'
      settings.ignored_safeties = []
    })
    const back = openTranscript(terminal, world)
    const failing = start(...deploy('1.1.0'))
    await failing.said('Next: belay sign production pre.code_reviewed')
    await failing.said('pre.tests_passing: passed')
    await terminal.belay('sign', production, 'code_reviewed')
    await failing.said('watching until')
    await world.sql("insert into users (id, email) values (1, 'kept@example.com')")
    await world.say('ill', '1.1.0')
    await failing.ended
    await back.look(['explain', production], ['waiting'], ['checklist', production], ['record', production])
    await back.look(['history', production], ['log', production], ['status', production])
    await expect(back.text()).toMatchFileSnapshot(golden('rolled-back'))

    const following = start('logs', production, 'worker', '-f', '-n', '1')
    await following.said('processed')
    following.interrupt()
    expect(await following.ended).toMatchObject({ code: 130, err: '' })
    const readable = ['explain', 'checklist', 'record', 'logs'].map((command) => [command, production])
    const data = await Promise.all([...readable, ['waiting']].map((command) => terminal.belay(...command, '--json')))
    expect(data.map(({ code, out }) => [code, JSON.parse(out).schema])).toEqual(data.map(() => [0, 1]))

    const blind = await withoutHistory(world)
    const told = await blind.belay('explain', production)
    expect(told).toMatchObject({ code: 0, err: expect.stringContaining('the history database does not answer') })
    expect(told.out).toMatch(/rolled back to 1\.0\.0[\s\S]*told by the run itself[\s\S]*Evidence[\s\S]*schema kept/)

    await world.killWorker()
    const away = openTranscript(terminal, world)
    const stuck = start(...deploy('1.2.0'), '--detach')
    await stuck.ended
    await eventually('an open run', async () => (await world.belay.listOpen()).length === 1)
    await away.look(['waiting'])
    await expect(away.text()).toMatchFileSnapshot(golden('no-worker'))
  },
  6 * minutes,
)

async function withoutHistory(world: World): Promise<Terminal> {
  return terminalIn(world.repository, {
    TEMPORAL_ADDRESS: await shared('temporal'),
    TEMPORAL_NAMESPACE: world.belay.namespace,
    BELAY_DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
  })
}
