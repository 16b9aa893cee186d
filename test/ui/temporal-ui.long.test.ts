import { expect, onTestFinished, test } from 'vitest'
import { temporalServer } from '../../src/dev/temporal-server.ts'
import { threeReleases } from '../scenarios/releases.ts'
import { openWorld, phaseOf } from '../scenarios/world.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { openTemporalUi } from './browser.ts'

/** What an engineer reads in the Temporal UI, in the distribution's browser. */
test('a release that went live is green, and its steps are the story', async () => {
  const { world, ui } = await ready()
  const plan = world.plan('1.1.0')
  const run = await world.belay.deploy(plan)
  await world.signAll(run, plan.deployment)
  expect((await run.end()).outcome).toBe('SUCCESS')

  const { history, metadata } = await ui.read(run)
  expect(history.status).toBe('Completed')
  expect(history.text).toContain('1.1.0 is live on production')
  expect(storyIn(history.labels, forward)).toEqual(forward)
  expect(history.labels).toContain('migrate • 2 on local: 001_users, 002_email')

  expect(metadata.text).toContain(`SUCCESS | Deployment of 1.1.0 (${world.commits.get('1.1.0')?.slice(0, 12)})`)
  expect(metadata.rows).toContain('manual.payment_processing PASSED operator@example.com (claimed)')
  expect(metadata.rows.join('\n')).not.toMatch(/open|unanswered|FAILED/)
})

test('a release that came back is red: why, what came back, and what was answered', async () => {
  const { world, ui } = await ready()
  await world.live('1.1.0')
  const plan = world.plan('1.2.0', (settings) => {
    settings.monitoring.window = '60s'
    settings.review.checklist.staging_successful.not_applicable = '<b>no</b> staging | *yet*, see [x](http://x)'
  })
  const run = await world.belay.deploy(plan)
  await world.signAll(run, plan.deployment)
  await phaseOf(run, (status) => status.phase === 'watch')
  await world.say('errors', '1.2.0')
  expect((await run.end()).outcome).toBe('ROLLED_BACK')

  const { history, metadata } = await ui.read(run)
  expect(history.status).toBe('Failed')
  const [first, second, ...others] = messageIn(history.text)
  expect(first).toBe('1.2.0 on production was rolled back to 1.1.0')
  expect(second).toMatch(/^errors on local: expected <= 0, got 1, \d+ m?s into the window$/)
  expect(others).toEqual([
    'revert: done, reverted 003_phone; the catalog equals the one before',
    expect.stringMatching(/^Next: belay explain .*; 1\.2\.0 is blocked until belay clear production 1\.2\.0$/),
  ])
  expect(storyIn(history.labels, [...forward, ...back])).toEqual([...forward, ...back])
  expect(history.labels).toContain('switchBack • configuration, code and marker of 1.1.0 on local')

  const lines = metadata.text.split('\n').filter((line) => line.trim() !== '')
  expect(lines).toContainEqual(
    expect.stringMatching(/^ROLLED_BACK \| Deployment of 1\.2\.0 \(.*\) on production by ci/),
  )
  expect(lines).toContainEqual(expect.stringMatching(/^errors on local: expected <= 0, got 1, /))
  expect(metadata.bullets).toContain('switch back:local: 1.1.0 again, new marker')
  expect(metadata.bullets).toContain('code_reviewed: a person')
  expect(metadata.bullets).toContain('tests_passing: node -e 0')
  // Foreign text stays text.
  expect(metadata.bullets).toContain('staging_successful: not applicable: <b>no</b> staging | *yet*, see [x](http://x)')
  expect(metadata.rows).toContain('pre.code_reviewed PASSED operator@example.com (claimed)')
  expect(metadata.rows).toContain('during.migrations_applied PASSED Belay')
  expect(metadata.hidden).toEqual([])
})

const forward = [
  'claimHost',
  'buildRelease',
  'captureRestorePoint',
  'migrate',
  'switchRelease',
  'checkIntegrity',
  'watchSlice',
]
const back = ['switchBack', 'revertMigrations', 'recordInGit']

/** Those steps of the timeline, which has the newest on top, in the order in which they came first. */
function storyIn(labels: readonly string[], steps: readonly string[]): string[] {
  const types = labels.toReversed().map((label) => label.split(' • ')[0] ?? '')
  return [...new Set(types)].filter((type) => steps.includes(type))
}

/** The lines of the failure's message, as the box "Result" shows them: JSON with real line breaks. */
function messageIn(text: string): string[] {
  const message = /"message": "([^"]*)"/.exec(text)?.[1]
  return message?.split('\n') ?? []
}

async function ready() {
  const say = (line: string) => void process.stderr.write(`${line}\n`)
  const server = await temporalServer({ directory: await temporaryDirectory(), environment: process.env, say })
  onTestFinished(() => server.stop())
  const temporal = { address: server.address, namespace: 'default' }
  const world = await openWorld({ releases: threeReleases, temporal })
  return { world, ui: await openTemporalUi(server.uiUrl ?? '') }
}
