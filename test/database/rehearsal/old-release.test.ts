import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createLive, type LiveWorld, nick, rehearsed, users } from './live.ts'

let live: LiveWorld
beforeEach(async () => {
  live = await createLive()
})
afterEach(async () => {
  await live.stop()
})

const rename = {
  ...users,
  'migrations/002_mail.up.sql': 'alter table users rename column email to mail;',
  'migrations/002_mail.down.sql': 'alter table users rename column mail to email;',
}

/** What the live release is asked; `sql` by name. */
async function ask(
  files: Readonly<Record<string, string>>,
  queries: Record<string, string>,
  command: string[] | null = null,
) {
  const directory = join(live.directory, 'releases/1.0.0')
  const asked = Object.entries(queries).map(([name, sql]) => ({ name, sql }))
  const oldRelease = { queries: asked, command, directory, variable: 'SERVICE_DATABASE' }
  return rehearsed(await live.rehearse(files, { oldRelease })).oldRelease
}

it('the live release works on what only adds, and each of its queries says so', async () => {
  expect(await ask(nick, { 'sign in': 'select id, email from users' })).toEqual({
    works: true,
    answers: [{ name: 'sign in', ok: true, detail: '0 rows' }],
  })
})

it('it does not work where a column it reads has another name, in the words of the server', async () => {
  const asked = await ask(rename, { 'sign in': 'select id, email from users', count: 'select count(*) from users' })
  expect(asked).toEqual({
    works: false,
    answers: [
      { name: 'sign in', ok: false, detail: expect.stringContaining('column "email" does not exist') },
      { name: 'count', ok: true, detail: '1 rows' },
    ],
  })
})

it('a query that writes is refused by the transaction it runs in, and cannot leave it', async () => {
  const asked = await ask(nick, {
    writes: `insert into users (email) values ('x')`,
    leaves: 'commit; drop table users',
  })
  expect(asked?.answers.map(({ detail }) => detail)).toEqual([
    expect.stringContaining('read-only transaction'),
    expect.stringContaining('cannot insert multiple commands into a prepared statement'),
  ])
})

it('its own command runs in its directory, on the migrated scratch database and no other', async () => {
  const program = join(live.directory, 'releases/1.0.0/check.mjs')
  await mkdir(join(live.directory, 'releases/1.0.0'), { recursive: true })
  await writeFile(
    program,
    `#!${process.execPath}\nconsole.log(process.cwd(), new URL(process.env.SERVICE_DATABASE).pathname)\nprocess.exit(3)\n`,
  )
  await chmod(program, 0o755)
  const asked = await ask(nick, {}, ['./check.mjs'])
  expect(asked).toMatchObject({ works: false, answers: [{ name: './check.mjs', ok: false }] })
  expect(asked?.answers[0]?.detail).toMatch(/got exit 3: .*releases\/1\.0\.0 \/belay_scratch_/)
})

it('nobody is asked where nothing is live, or the migrations do not even go forth', async () => {
  const oldRelease = { queries: [{ name: 'all', sql: 'select 1' }], command: null, directory: null, variable: null }
  expect(rehearsed(await live.rehearse(nick, { oldRelease })).oldRelease).toBeNull()
  const bad = { ...nick, 'migrations/002_nick.up.sql': 'alter table nobody add column nick text;' }
  expect(await ask(bad, { all: 'select 1' })).toBeNull()
})

it('a command cannot be asked where the address is put together from several references', async () => {
  const directory = join(live.directory, 'releases/1.0.0')
  const oldRelease = { queries: [], command: ['true'], directory, variable: null }
  const { oldRelease: asked } = rehearsed(await live.rehearse(nick, { oldRelease }))
  expect(asked?.answers[0]?.detail).toContain('expected one reference and nothing else (${env:NAME})')
})
