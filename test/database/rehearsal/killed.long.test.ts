import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { createRehearsalActivities } from '../../../activities/database/rehearsal/activities.ts'
import { createSteps, type Step } from '../../../activities/step/steps.ts'
import { processesOf } from '../../scenarios/processes.ts'
import { eventually } from '../../support/eventually.ts'
import { isRunning } from '../../support/is-running.ts'
import { query, startPostgres } from '../../support/postgres.ts'
import { shared } from '../../support/shared.ts'
import { databasesLeft, gate, rehearsalsIn } from './gated.ts'
import { createLive, rehearsed, users } from './live.ts'

const program = fileURLToPath(new URL('../../../src/worker/programs/rehearse.ts', import.meta.url))

/** A rehearsal that waits in the middle of its one migration, on this server; null: the embedded one. */
async function heldRehearsal(url: string | null, { endedAfterMs }: { endedAfterMs?: number } = {}) {
  const live = await createLive()
  onTestFinished(() => live.stop())
  const held = gate()
  const temporary = await mkdtemp(join(tmpdir(), 'belay-killed-'))
  onTestFinished(() => rm(temporary, { recursive: true, force: true }))
  // Where it runs as another user, the server has to get in.
  await chmod(temporary, 0o711)
  const commit = await live.repository.commit({
    ...users,
    'migrations/002_nick.up.sql': `${held.sql} alter table users add column nick text;`,
    'migrations/002_nick.down.sql': 'alter table users drop column nick;',
  })
  const environment = { ...live.environment, TMPDIR: temporary }
  const steps = createSteps({ root: join(live.directory, '.belay'), clock: () => new Date(), environment })
  const shorter = (step: Omit<Step, 'try'>) => steps.runNext({ ...step, timeoutMs: endedAfterMs ?? step.timeoutMs })
  const { rehearseRelease } = createRehearsalActivities({ steps: { runNext: shorter }, program, environment })
  const rehearsal = { url, data: null, oldRelease: { queries: [], command: null }, timeoutMs: 60_000 }
  const ask = () =>
    rehearseRelease({
      order: live.order,
      repository: { location: live.repository.location, tag: 'v{version}', push: null },
      release: { version: '1.1.0', commit },
      layout: {
        directory: '/nowhere',
        mode: 'worktree',
        roots: [],
        keep: 1,
        build: [],
        buildTimeoutMs: 1_000,
        processes: [],
        downtime: false,
      },
      database: { ...live.database, rehearsal },
      for: 'gate',
    })
  return { ask, held, live, steps, temporary }
}

async function killProgram(directory: string): Promise<void> {
  const { program: pid } = rehearsalsIn(directory)
  if (pid === null) throw new Error('expected a rehearsal, found none')
  process.kill(pid, 'SIGKILL')
}

/** A runner has said its last word a moment before it is gone. */
async function nothingRuns(directory: string): Promise<void> {
  await eventually('nothing of it runs', () => {
    const { program, others } = rehearsalsIn(directory)
    return program === null && others.length === 0
  })
}

it('the program is killed: said as such, and the next one begins anew and drops what was left', async () => {
  const server = await shared('postgres')
  const { ask, held, live } = await heldRehearsal(server)
  const first = ask().catch(String)
  const { database } = await held.waiting(server)
  await killProgram(live.directory)
  expect(await first).toMatch(/SIGKILL.*belay logs d1 rehearse/)
  await nothingRuns(live.directory)
  await held.open()
  expect(rehearsed(await ask()).migrations).toMatchObject([{ name: '002_nick', verdict: 'reversible' }])
  expect(await databasesLeft(server, [database])).toEqual([])
})

it('its runner is killed: what it left is ended, and the same step begins anew', async () => {
  const server = await shared('postgres')
  const { ask, held, live } = await heldRehearsal(server)
  const answer = ask()
  const before = await held.waiting(server)
  const { program: pid, others } = rehearsalsIn(live.directory)
  for (const runner of others) process.kill(runner, 'SIGKILL')
  await eventually('the one that it carried is ended', () => pid !== null && !isRunning(pid))
  const { database } = await held.waiting(server, { not: before.database })
  await held.open()
  expect(rehearsed(await answer).migrations).toMatchObject([{ name: '002_nick', verdict: 'reversible' }])
  expect(await databasesLeft(server, [before.database, database])).toEqual([])
})

it('ended, as for a host that is taken over: neither a database is left nor a statement that runs on', async () => {
  const server = await shared('postgres')
  const { ask, held, live, steps } = await heldRehearsal(server)
  const answer = ask().catch(String)
  const { database } = await held.waiting(server)
  await steps.cancel('d1', 'rehearse', 1)
  expect(await answer).toMatch(/the rehearsal was ended before it was done/)
  await nothingRuns(live.directory)
  expect(await databasesLeft(server, [database])).toEqual([])
  expect(await readdir(join(live.directory, '.belay/rehearsals/checkouts'))).toEqual([])
})

it('one that takes too long is told as that, and nothing of it runs on', async () => {
  const { ask, live } = await heldRehearsal(await shared('postgres'), { endedAfterMs: 5_000 })
  await expect(ask()).rejects.toThrow(
    /^the rehearsal timed out: database\.rehearsal\.timeout .*belay logs d1 rehearse$/,
  )
  await nothingRuns(live.directory)
})

it('ended on the embedded server: the server and its directory are gone', async () => {
  const { ask, live, steps, temporary } = await heldRehearsal(null)
  const answer = ask().catch(String)
  await eventually('its server', async () => (await processesOf(temporary)).length > 1)
  await steps.cancel('d1', 'rehearse', 1)
  expect(await answer).toMatch(/the rehearsal was ended before it was done/)
  await nothingRuns(live.directory)
  expect([await processesOf(temporary), await readdir(temporary)]).toEqual([[], []])
})

it('on the embedded server: the program is killed, and with it goes the server; the next one removes its directory', async () => {
  const { ask, held, live, temporary } = await heldRehearsal(null)
  const first = ask().catch(String)
  await eventually('its server', async () => (await processesOf(temporary)).length > 1)
  await killProgram(live.directory)
  expect(await first).toMatch(/SIGKILL/)
  await nothingRuns(live.directory)
  expect(await processesOf(temporary)).toEqual([])
  await held.open()
  expect(rehearsed(await ask()).migrations).toMatchObject([{ verdict: 'reversible' }])
  expect(await readdir(temporary)).toEqual([])
})

it('the scratch server goes away in the middle: said as such, with what to do, and no verdict', async () => {
  const server = await startPostgres()
  onTestFinished(() => server.stop())
  const { ask, held, live } = await heldRehearsal(server.url)
  const answer = ask()
  await held.waiting(server.url)
  await server.pause()
  expect(await answer).toMatchObject({
    state: 'refused',
    message: expect.stringMatching(/^rehearsal\.url: .*start that server, or leave rehearsal\.url out/),
  })
  await nothingRuns(live.directory)
  await server.start()
  await held.open()
  expect(rehearsed(await ask()).migrations).toMatchObject([{ verdict: 'reversible' }])
  const left = "select datname from pg_database where datname like 'belay\\_scratch\\_%'"
  expect(await query(server.url, left)).toEqual([])
})
