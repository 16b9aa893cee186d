import { chmod, chown, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { writeLongHistory } from '../fixtures/migrations/long-history.ts'
import { processesOf } from '../scenarios/processes.ts'
import { shared } from '../support/shared.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { terminalIn } from './terminal.ts'

test.each([
  ['dbmate', ['--tool', 'dbmate']],
  ['diesel', ['--tool', 'sql', '--table', '__diesel_schema_migrations']],
] as const)(
  'years of migrations in the layout of %s: a row each, past what is broken, and the worst decides',
  async (layout, args) => {
    const directory = await temporaryDirectory()
    await writeLongHistory(directory, layout)
    const environment = { SCRATCH: await shared('postgres'), PATH: pathWithTools() }
    const { belay } = terminalIn(directory, environment, { longestMs: 600_000 })
    const { code, out, err } = await belay('rehearse', '--all', ...args, '--url', '${env:SCRATCH}')
    expect(err).toMatch(/^62 migrations: forth, back and forth again on an empty database\n/)
    expect(code).toBe(1)
    const rows = out.split('\n').filter((line) => /^(reversible|loses|no way back|BROKEN) /.test(line))
    expect(rows).toHaveLength(62)
    expect(
      rows.filter((row) => row.startsWith('BROKEN')).map((row) => row.split(/ +/)[1]?.replace(/^[\d-]+_/, '')),
    ).toEqual([...Array.from({ length: 10 }, () => expect.stringMatching(/^lower_names_of_/)), 'half_back', 'typo'])
    expect(rows.at(-1)).toMatch(/^reversible .*after_typo .*up ok, down exact, again ok/)
    expect(out).toMatch(
      /62 migrations on PostgreSQL .*: 40 reversible, 10 lose values of before, 12 broken, 10 with columns in another order/,
    )
    expect(out).toMatch(/Next: correct .* and 7 more, then rehearse again/)
  },
)

/** A terminal sends Ctrl-C to everybody in it: the tool's own process too. */
test('Ctrl-C in the middle of a long history of dbmate: nothing is left, and how far it came is said', async () => {
  const directory = await temporaryDirectory()
  const temporary = await mkdtemp(join(tmpdir(), 'belay-interrupted-'))
  onTestFinished(() => rm(temporary, { recursive: true, force: true }))
  await chmod(temporary, 0o711)
  await writeLongHistory(directory, 'dbmate')
  const environment = { PATH: pathWithTools(), TMPDIR: temporary, NODE_DISABLE_COMPILE_CACHE: '1' }
  const session = terminalIn(directory, environment).start('rehearse', '--all', '--tool', 'dbmate')
  await session.said('create_orders')
  const atWork = await processesOf(temporary)
  expect(atWork.length).toBeGreaterThan(0)
  session.interrupt()
  const { code, err } = await session.ended
  expect(code).toBe(130)
  expect(err).toMatch(
    /interrupted: dropping[^\n]*\nleft before the end, \d+ of 62 tried; the scratch database is dropped\n$/,
  )
  expect([await processesOf(temporary), await readdir(temporary)]).toEqual([[], []])
})

/** Postgres refuses to run as root, so that for root it runs as somebody else: who is nobody special runs it himself. */
test('an ordinary user rehearses on the embedded server, and leaves nothing of it behind', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'belay-ordinary-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined
  const temporary = join(directory, 'tmp')
  await mkdir(join(directory, 'migrations'))
  await mkdir(temporary)
  await writeFile(join(directory, 'migrations/001_users.up.sql'), 'create table users (id int);\n')
  await writeFile(join(directory, 'migrations/001_users.down.sql'), 'drop table users;\n')
  if (user) for (const path of [directory, temporary]) await chown(path, user.uid, user.gid)
  const environment = { HOME: directory, TMPDIR: temporary, NODE_DISABLE_COMPILE_CACHE: '1' }
  const { belay } = terminalIn(directory, environment, { ...(user && { user }) })
  const { code, out } = await belay('rehearse', '--all', '--tool', 'sql')
  expect(out).toMatch(/^reversible +001_users[\s\S]*\(the embedded one\): 1 reversible, 0 broken/)
  expect(code).toBe(0)
  expect([await processesOf(temporary), await readdir(temporary)]).toEqual([[], []])
})

function pathWithTools(): string {
  return `${resolve('node_modules/.bin')}:${process.env.PATH}`
}
