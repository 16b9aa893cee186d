import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { databasesLeft, gate, rehearsalsIn } from '../database/rehearsal/gated.ts'
import { isRunning } from '../support/is-running.ts'
import { shared } from '../support/shared.ts'
import { migration } from './repository.ts'
import { openWorld, phaseOf } from './world.ts'

test('the worker is killed in the middle of a rehearsal: it goes on, is found again, and is not begun twice', async () => {
  const { world, run, plan, held, scratch, waiting } = await inRehearsal()
  const { program } = rehearsalsIn(world.directory)

  await world.killWorker()
  expect(program !== null && isRunning(program)).toBe(true)
  await world.startWorker()
  expect(await held.waiting(scratch)).toEqual(waiting)
  await held.open()

  const tested = await phaseOf(run, ({ items }) => items.some(isTested), 60_000)
  expect(tested.items.find(isTested)).toMatchObject({ detail: expect.stringMatching(/^001_users: reversible/) })
  expect(await rehearsedIn(join(world.root, 'worker'), plan.deployment)).toEqual(['1'])
  expect(rehearsalsIn(world.directory).program).toBeNull()
  expect(await databasesLeft(scratch, [waiting.database])).toEqual([])
})

test('the rehearsal itself is killed: the release is refused for that, and nothing is said of its migrations', async () => {
  const { world, run, held } = await inRehearsal()
  const { program } = rehearsalsIn(world.directory)
  if (program === null) throw new Error('expected a rehearsal, found none')
  process.kill(program, 'SIGKILL')
  const end = await run.end()
  expect(end).toMatchObject({ outcome: 'REFUSED' })
  expect(end.sentence).toMatch(/the rehearsal was killed \(SIGKILL\), and had printed nothing; all of it: belay logs/)
  expect(end.sentence).not.toMatch(/broken|reversible/)
  await held.open()
  expect(await world.look()).toMatchObject({ serving: null, migrations: [] })
})

/** A first deployment whose only migration waits in the scratch database. */
async function inRehearsal() {
  const scratch = await shared('postgres')
  const held = gate()
  const files = migration('001_users', `${held.sql} create table users (id int primary key)`, 'drop table users')
  const world = await openWorld({
    releases: [{ version: '1.0.0', files }],
    environment: () => ({ SCRATCH_URL: scratch }),
  })
  const plan = world.plan('1.0.0', ({ database, review }) => {
    Object.assign(review.checklist, { migrations_tested: { rehearsal: true } })
    Object.assign(database, { rehearsal: { url: '${env:SCRATCH_URL}' } })
  })
  const run = await world.belay.deploy(plan)
  return { world, run, plan, held, scratch, waiting: await held.waiting(scratch) }
}

/** The runs of the step in which the migrations were run; the gate asks once more, and is told what was kept. */
async function rehearsedIn(directory: string, deployment: string): Promise<string[]> {
  const found = await readdir(directory, { recursive: true })
  const reports = found.flatMap((path) => {
    const run = /\/rehearse\/(\d+(?:\/rerun-\d+)?)\/report\.json$/.exec(path)?.[1]
    return run !== undefined && path.includes(deployment) ? [{ run, path }] : []
  })
  const read = reports.map(async ({ run, path }) => ({ run, text: await readFile(join(directory, path), 'utf8') }))
  return (await Promise.all(read)).flatMap(({ run, text }) => (text.includes('"kept":true') ? [] : [run]))
}

function isTested({ item, state }: { item: string; state: string }): boolean {
  return item === 'pre.migrations_tested' && state === 'passed'
}
