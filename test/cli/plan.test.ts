import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { connect } from '../../src/client/index.ts'
import { threeReleases } from '../scenarios/releases.ts'
import { openWorld, type World } from '../scenarios/world.ts'
import { settingsText, terminalIn, terminalOf } from './terminal.ts'
import { openTranscript } from './transcript.ts'

const minutes = 60_000
const production = 'production'

test(
  'a plan tells what would happen and changes nothing; what is deployed is that plan, or nothing',
  async () => {
    const world = await openWorld({ releases: threeReleases })
    const ran = join(world.root, 'a-command-ran')
    const terminal = await terminalOf(world)
    const { belay, start, configure } = terminal
    await configure((settings) => {
      const touch = `require("fs").writeFileSync(${JSON.stringify(ran)}, "")`
      settings.review.checklist.tests_passing.command = ['node', '-e', touch]
      settings.review.within = '10m'
    })
    const before = await everythingIn(world)
    const first = await belay('plan', '1.0.0', '--env', production)
    expect(first).toMatchObject({ code: 0, err: '' })
    for (const told of [/live now +nothing is deployed/, /\[ \] tests_passing +will run node -e/, /\+ 001_users/]) {
      expect(first.out).toMatch(told)
    }
    expect(first.out).toContain('It would wait for people, once 1 command said yes: pre.code_reviewed.')
    expect(await everythingIn(world)).toEqual(before)
    expect(existsSync(ran)).toBe(false)

    await configure()
    await world.live('1.0.0')
    const live = await everythingIn(world)
    const planning = openTranscript(terminal, world)
    const shown = await planning.type('plan', '1.1.0', '--env', production, '--markdown')
    expect(shown).toMatchObject({ code: 0, err: '' })
    const json = await belay('plan', '1.1.0', '--env', production, '--json', '--by', 'bob@example.com')
    const report = JSON.parse(json.out)
    expect(report).toMatchObject({ schema: 1, verdict: 'waits', live: { version: '1.0.0' }, openRun: null })
    expect(report.steps.map((step: { step: string }) => step.step)).toContain('migrate')
    // Whoever looks sees the same plan.
    expect(shown.out).toContain(report.plan)
    await expectLibrary(world, report)
    expect(await everythingIn(world)).toEqual(live)

    await configure((settings) => {
      settings.monitoring.window = '1300ms'
    })
    const other = await planning.type('deploy', '1.1.0', '--env', production, '--plan', report.plan)
    expect(other).toMatchObject({ code: 10, err: expect.stringContaining('the plan is another one now') })
    expect(await planning.type('deploy', '1.1.0', '--env', production, '--plan', 'v1.1.0')).toMatchObject({ code: 2 })
    expect(await everythingIn(world)).toEqual(live)
    await configure()

    const deploying = start('deploy', '1.1.0', '--env', production, '--plan', report.plan.slice(0, 12))
    await deploying.said('Next: belay sign production pre.code_reviewed')
    const run = await world.belay.attach('fixture', production)
    expect((await run?.status())?.planDigest).toBe(report.plan)
    const busy = await belay('plan', '1.2.0', '--env', production)
    expect(busy).toMatchObject({ code: 75, out: expect.stringContaining('Next: belay watch production') })
    expect(busy.out).toMatch(/! BUSY +1\.1\.0 by ann@example\.com \(claimed\) since .*\n +deployment .*, in phase gate/)
    await belay('abort', production, '--reason', 'only a look')
    expect((await deploying.ended).code).toBe(14)

    await belay('lock', production, '--reason', 'end of quarter')
    const refused = await belay('plan', '1.2.0', '--env', production)
    expect(refused).toMatchObject({ code: 10, out: expect.stringContaining('It would be REFUSED now') })
    expect(refused.out).toMatch(/NO lock +locked by ann@example\.com \(claimed\) since \S+\s+end of\s+quarter/)
    await expect(planning.text()).toMatchFileSnapshot('../golden/transcripts/planning.txt')
    await summaryOf(world)
  },
  5 * minutes,
)

/** In a job of GitHub Actions the pull request's text is in the job's summary as well. */
async function summaryOf(world: World): Promise<void> {
  const summary = join(world.root, 'summary.md')
  const job = { ...world.environment, GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary, BELAY_BY: 'ci' }
  const { belay } = terminalIn(world.repository, job)
  const { code, out } = await belay('plan', '1.2.0', '--env', production, '--markdown')
  expect(code).toBe(10)
  expect(out).toContain('## ❌ fixture 1.2.0 to production')
  expect((await readFile(summary, 'utf8')).trim()).toBe(out.trim())
}

async function expectLibrary(world: World, report: { plan: string; wayBack: unknown }): Promise<void> {
  const file = join(world.repository, 'belay.yaml')
  await writeFile(file, settingsText(world))
  const client = await connect(world.environment)
  onTestFinished(() => client.close())
  const request = { file, environment: production, version: '1.1.0', by: 'ci@example.com' }
  const { plan, wayBack, summary } = await client.preview(request)
  expect({ plan, wayBack }).toEqual({ plan: report.plan, wayBack: report.wayBack })
  expect(summary).toContain('1 migration')
  await expect(client.deploy({ ...request, planDigest: '0'.repeat(64) })).rejects.toThrow('the plan is another one now')
}

/** Every file of the host, every row of the history, every tag, every open run. */
async function everythingIn(world: World) {
  const [tree, state, { rows }, tags, open, look] = await Promise.all([
    world.tree(),
    readdir(join(world.directory, '.belay'), { recursive: true }).catch(() => []),
    world.history.listDeployments({}),
    readdir(join(world.repository, '.git/refs/tags')),
    world.belay.listOpen(),
    world.look(),
  ])
  return { tree, state: state.toSorted(), rows, tags, open, look }
}
