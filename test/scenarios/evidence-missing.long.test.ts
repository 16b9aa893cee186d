import { rename, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { type PreItem, preItems } from '../../src/domain/checklist.ts'
import { ann, bob, checkRun, commitOnGitHub, fakeGitHub, headOf, review } from '../support/fake-github.ts'
import { threeReleases } from './releases.ts'
import type { FixtureSettings } from './settings.ts'
import { openWorld, type World } from './world.ts'

/** Each of the eight items without its evidence, one at a time: refused, named, nothing changed on the host. */
describe('evidence that is missing', () => {
  test('of each item refuses the release and names it', { timeout: 300_000 }, async () => {
    const { world, answers } = await ready()
    for (const item of preItems) {
      const restore = await takeAway(world, item)
      const end = await refused(world, answers, withoutEvidence(item))
      const named = end.reason?.kind === 'gate' ? end.reason.items.map((one) => one.item) : []
      // Without the marker's place there is no way back to it either.
      expect(named).toEqual([...(item === 'marker_prepared' ? ['pre.rollback_plan'] : []), `pre.${item}`])
      await restore()
    }
    // The negative control: with all of it the same release goes out.
    await world.live('1.1.0', (settings) => Object.assign(settings.review.checklist, answers))
  })

  test('is evidence of another commit, or by the author alone', { timeout: 120_000 }, async () => {
    const { world, github, answers, commit } = await ready()
    const old = 'b'.repeat(40)
    const runs = [checkRun('unit', 'success', commit)]
    const cases: [Parameters<typeof commitOnGitHub>[1], string, string][] = [
      [
        { runs, reviews: [review(bob, 'APPROVED', old)] },
        'pre.code_reviewed',
        'about an older commit of it does not count',
      ],
      [
        { runs, reviews: [review(ann, 'APPROVED', headOf(commit))] },
        'pre.code_reviewed',
        'its author cannot approve it',
      ],
      [
        { runs: [checkRun('unit', 'success', old)], reviews: good(commit) },
        'pre.tests_passing',
        'got those of bbbbbbbbbbbb',
      ],
    ]
    for (const [has, item, why] of cases) {
      Object.assign(github.table, commitOnGitHub(commit, has))
      const end = await refused(world, answers)
      expect(end.reason).toMatchObject({ kind: 'gate', items: [{ item, why: expect.stringContaining(why) }] })
    }
  })

  test('is a report that is not XML, of 100 MB, or without tests', { timeout: 120_000 }, async () => {
    const { world, answers, commit } = await ready()
    const path = `${world.root}/${commit}.xml`
    const tests_passing = { junit: { report: `${world.root}/{commit}.xml` } }
    const cases: [() => Promise<void>, string][] = [
      [() => writeFile(path, '12 passed'), 'expected whole and correct XML'],
      [() => truncate(path, 100 * 1024 * 1024), 'at most 20 MiB, got 100 MiB'],
      [() => writeFile(path, '<testsuites tests="0"/>'), 'at least one test that ran'],
      [() => rm(path), 'got none'],
    ]
    for (const [make, why] of cases) {
      await make()
      const end = await refused(world, { ...answers, tests_passing })
      expect(end.reason).toMatchObject({ items: [{ item: 'pre.tests_passing', why: expect.stringContaining(why) }] })
    }
  })

  test('is a GitHub that is away, or does not let the worker in', { timeout: 120_000 }, async () => {
    const { world, github, answers, commit } = await ready()
    const path = `/repos/acme/shop/commits/${commit}/pulls`
    github.table[path] = { status: 500, text: 'oops' }
    const away = await refused(world, answers)
    expect(away.sentence).toContain('got 500 (oops); next: see whether GitHub is up')
    const token = '${env:NO_SUCH_TOKEN}'
    const code_reviewed = { github_approvals: { ...github.place, token } }
    expect((await refused(world, { ...answers, code_reviewed })).sentence).toContain('NO_SUCH_TOKEN')
  })
})

type Answers = Record<string, object>

async function ready() {
  const github = await fakeGitHub({})
  const world = await openWorld({ releases: threeReleases, environment: () => github.environment })
  await world.live('1.0.0')
  const commit = world.commits.get('1.1.0') ?? ''
  const has = { reviews: good(commit), runs: [checkRun('unit', 'success', commit)] }
  Object.assign(github.table, commitOnGitHub(commit, has))
  const command = { command: ['node', '-e', '0'], timeout: '20s' }
  const answers: Answers = {
    code_reviewed: { any: [{ reviewed_by: true }, { github_approvals: github.place }] },
    tests_passing: { all: [{ github_checks: github.place }, command] },
    staging_successful: command,
    migrations_tested: command,
    configuration_reviewed: command,
    dependencies_tested: command,
  }
  return { world, github, answers, commit }
}

function good(commit: string) {
  return [review(bob, 'APPROVED', headOf(commit))]
}

/** What the item is answered by, so that nothing answers it. */
function withoutEvidence(item: PreItem): Answers {
  if (item === 'rollback_plan' || item === 'marker_prepared') return {}
  if (item === 'code_reviewed') return { [item]: { reviewed_by: true } }
  return { [item]: { command: ['node', '-e', 'process.exit(1)'], timeout: '20s' } }
}

async function takeAway(world: World, item: PreItem): Promise<() => Promise<void>> {
  const release = `${world.directory}/releases/1.0.0`
  const marker = `${world.directory}/.deployment_marker`
  if (item === 'rollback_plan') {
    await rename(release, `${release}-away`)
    return () => rename(`${release}-away`, release)
  }
  if (item !== 'marker_prepared') return () => Promise.resolve()
  await rename(marker, `${marker}-away`)
  await symlink('nowhere', marker)
  return async () => {
    await rm(marker)
    await rename(`${marker}-away`, marker)
  }
}

async function refused(world: World, answers: Answers, change: Answers = {}) {
  const before = await world.tree()
  const put = (settings: FixtureSettings) => {
    Object.assign(settings.review.checklist, answers, change)
  }
  const end = await (await world.deploy('1.1.0', put)).end()
  expect(end.outcome).toBe('REFUSED')
  expect(await world.tree()).toBe(before)
  return end
}
