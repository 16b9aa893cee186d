import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { withClient } from '../../activities/database/client.ts'
import { eventually } from '../support/eventually.ts'
import { query } from '../support/postgres.ts'
import { shared } from '../support/shared.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { type Answer, type Session, sessionOf, type Terminal, terminalIn } from './terminal.ts'

const golden = '../golden/transcripts/rehearsing.txt'
let directory: string
let terminal: Terminal
let server: string

beforeEach(async () => {
  directory = await temporaryDirectory()
  server = await shared('postgres')
  terminal = terminalIn(directory, { SCRATCH: server, GITHUB_ACTIONS: '' })
})

const history = {
  '001_users.up.sql': 'create table users (id bigint primary key, name text not null, fax text);\n',
  '001_users.down.sql': 'drop table users;\n',
  '002_by_name.up.sql': '-- who is it?\n\ncreate index by_name on users (name);\n',
  '002_by_name.down.sql': 'drop index by_name;\n',
  '003_colour.up.sql': "create type colour as enum ('red');\nalter table users add column colour colour;\n",
  '003_colour.down.sql': 'alter table users drop column colour;\n',
  '004_fax.up.sql': 'alter table users\n  drop column fax;\n',
  '004_fax.down.sql': 'alter table users add column fax text;\n',
  '005_short.up.sql': 'alter table users alter column name type varchar(20);\n',
  '005_short.down.sql': 'alter table users alter column name type text;\n',
  '006_hash.up.sql': '-- belay: no way back: the old hashes were unsafe\nalter table users drop column name;\n',
  '007_typo.up.sql': 'alter table user add column x int;\n',
  '007_typo.down.sql': 'alter table user drop column x;\n',
  '008_notes.up.sql': 'create table notes (id bigint primary key, of bigint references users);\n',
  '008_notes.down.sql': 'drop table notes;\n',
}

test('a whole history is rehearsed, a row each, with what it locks, loses and leaves behind; the worst decides', async () => {
  await migrationsAre(history)
  const all = ['rehearse', '--all', '--tool', 'sql']
  const answered = await terminal.belay(...all, '--url', '${env:SCRATCH}')
  const none = await terminal.belay(...all, '--directory', 'nowhere')
  const known = await terminal.belay('rehearse', '--all')
  const lines = [
    told("rehearse --all --tool sql --url '${env:SCRATCH}'", answered),
    told('rehearse --all --tool sql --directory nowhere', none),
    told('rehearse --all', known),
  ]
  await expect(lines.join('\n')).toMatchFileSnapshot(golden)
})

test('what is sound exits with 0, as data too, and belay.yaml says which tool', async () => {
  const { '001_users.up.sql': up, '001_users.down.sql': down } = history
  await migrationsAre({ '001_users.up.sql': up, '001_users.down.sql': down })
  const settings = { url: '${env:DATABASE_URL}', migrations: { tool: 'sql' }, rehearsal: { url: '${env:SCRATCH}' } }
  await configured(settings)
  const { code, out, err } = await terminal.belay('rehearse', '--all', '--json')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(JSON.parse(out)).toMatchObject({
    schema: 1,
    sound: true,
    built: 'empty',
    server: { from: 'given' },
    notRead: null,
    left: null,
    migrations: [
      {
        name: '001_users',
        verdict: 'reversible',
        down: { state: 'exact' },
        again: { state: 'ok' },
        warnings: [{ way: 'down', file: '001_users.down.sql', line: 1, rule: 'own-table' }],
      },
    ],
  })
})

test('what a tool of its own process prints is not between the data', async () => {
  await migrationsAre({
    '1_users.js': "exports.up = (pgm) => pgm.createTable('users', { id: 'id' })\n",
    '2_name.js': "exports.up = (pgm) => pgm.addColumn('users', { name: 'text' })\nexports.down = false\n",
  })
  await symlink(resolve('node_modules'), join(directory, 'node_modules'))
  const args = ['--tool', 'node-pg-migrate', '--url', '${env:SCRATCH}', '--json']
  const { code, out, err } = await terminal.belay('rehearse', '--all', ...args)
  expect({ code, err }).toEqual({ code: 1, err: '' })
  expect(JSON.parse(out).migrations).toMatchObject([
    { name: '1_users', verdict: 'reversible', lock: null },
    { name: '2_name', verdict: 'broken', lock: { mode: 'ACCESS EXCLUSIVE', on: 'users' } },
  ])
})

test('without a server of yours it starts one, and leaves nothing of it behind, sound or interrupted', async () => {
  const place = join(directory, 'tmp')
  await mkdir(place)
  const own = terminalIn(directory, { TMPDIR: place, NODE_DISABLE_COMPILE_CACHE: '1' })
  await migrationsAre({ '001_none.up.sql': 'select 1;\n', '001_none.down.sql': 'select 1;\n' })
  const answer = await own.belay('rehearse', '--all', '--tool', 'sql')
  expect(answer).toMatchObject({ code: 0, err: '1 migration: forth, back and forth again on an empty database\n' })
  expect(answer.out).toContain('(the embedded one): 1 reversible, 0 broken')
  expect(await readdir(place)).toEqual([])

  await writeFile(join(directory, 'migrations/001_none.up.sql'), 'select pg_sleep(60);\n')
  const session = own.start('rehearse', '--all', '--tool', 'sql')
  await session.said('forth, back and forth again')
  session.interrupt()
  expect(await session.ended).toMatchObject({ code: 130, out: '' })
  expect(await readdir(place)).toEqual([])
})

test('interrupted in the middle of a statement it drops its database on a server that goes on', async () => {
  const { session, database } = await sleeping()
  session.interrupt()
  const { code, err } = await session.ended
  expect(code).toBe(130)
  expect(err).toContain('interrupted: dropping the scratch database, a moment')
  expect(err).toContain('left before the end, 0 of 1 tried; the scratch database is dropped')
  expect(await isThere(database)).toBe(false)
})

test('a terminal that is closed ends it as Ctrl-C does, and nobody is there to be told', async () => {
  const { session, database } = await sleeping()
  session.interrupt('SIGHUP')
  expect(await session.ended).toEqual({
    code: 130,
    out: '',
    err: '1 migration: forth, back and forth again on an empty database\n',
  })
  expect(await isThere(database)).toBe(false)
})

test('interrupted again it may leave its database, says so, and what drops it', async () => {
  const { session, database } = await sleeping()
  await whileNobodyDrops(database, async () => {
    session.interrupt()
    await session.said('a moment')
    await eventually('the second one is heard', () => {
      session.interrupt()
      return session.soFar().includes('interrupted again')
    })
    const { code, err } = await session.ended
    expect(code).toBe(130)
    const { host } = new URL(server)
    expect(err).toContain(
      `interrupted again: a database belay_scratch_* may be left at ${host}; the next belay rehearse on that server drops it\n`,
    )
    expect(await isThere(database)).toBe(true)
  })
  await writeFile(join(directory, 'migrations/001_slow.up.sql'), 'select 1;\n')
  const next = await terminal.belay('rehearse', '--all', '--tool', 'sql', '--url', '${env:SCRATCH}')
  expect(next.code).toBe(0)
  expect(await isThere(database)).toBe(false)
})

test('a reader who has seen enough ends it without a word, and its database is dropped', async () => {
  const mark = `own_${randomUUID().replaceAll('-', '')}`
  const slow = Object.fromEntries(
    ['001', '002', '003', '004'].flatMap((number) => [
      [`${number}_${mark}.up.sql`, `create table ${mark} (id int); select pg_sleep(0.1), '${mark}';\n`],
      [`${number}_${mark}.down.sql`, `drop table ${mark};\n`],
    ]),
  )
  await migrationsAre(slow)
  const line = `"$0" "$1" rehearse --all --tool sql --url "$SCRATCH" | head -1; echo "\${PIPESTATUS[0]}"`
  const program = new URL('../../src/cli/belay.ts', import.meta.url).pathname
  const made: unknown[] = []
  const shell = sessionOf(
    spawn('bash', ['-c', line, process.execPath, program], {
      cwd: directory,
      env: { ...process.env, SCRATCH: server },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  )
  await eventually('its database', async () => {
    const running = `select datname as name from pg_stat_activity where query like '%${mark}%' and datname like 'belay_scratch%'`
    made.push(...(await query(server, running)).map(({ name }) => name))
    return made.length > 0
  })
  const { out, err } = await shell.ended
  expect(out.trim().split('\n').at(-1)).toBe('130')
  expect(out).not.toContain('002_')
  expect(err).toBe('4 migrations: forth, back and forth again on an empty database\n')
  for (const database of made) expect(await isThere(database)).toBe(false)
})

test('what cannot be rehearsed is refused in words, and no word of them holds a password', async () => {
  await migrationsAre(history)
  await mkdir(join(directory, 'empty'))
  await mkdir(join(directory, 'other'))
  await writeFile(join(directory, 'other/1_a.sql'), '-- migrate:up\nselect 1;\n-- migrate:down\nselect 1;\n')
  const mark = randomUUID().slice(0, 8)
  const at = (user: string) => {
    const url = new URL(server)
    return Object.assign(url, { username: `${user}-${mark}`, password: 'geheim' }).href
  }
  await query(server, `create role "plain-${mark}" login password 'geheim'`)
  await query(server, `create role "few-${mark}" login createdb connection limit 1 password 'geheim'`)
  onTestFinished(async () => void (await query(server, `drop role "plain-${mark}", "few-${mark}"`)))
  const all = ['rehearse', '--all', '--tool', 'sql']
  const refusals: readonly (readonly [args: readonly string[], words: string])[] = [
    [
      ['rehearse'],
      '2 expected a release, or --all for every migration of a directory; Next: belay rehearse --all --tool sql',
    ],
    [['rehearse', '1.0.0', '--all'], '2 expected a release or --all, got both'],
    [['rehearse', '1.0.0', '--tool', 'sql'], '2 --tool: goes with --all; for a release belay.yaml says it'],
    [['rehearse', '1.0.0'], '2 --env: expected an environment, got none'],
    [['rehearse', '--all', '--tool', 'flyway'], '2 --tool: expected sql, dbmate, node-pg-migrate, got "flyway"'],
    [[...all, '--url', '${env:NOBODY}'], '2 --url: environment variable NOBODY: expected a value'],
    [[...all, '--url', 'mysql://u:geheim@h/d'], '2 --url: expected postgres://'],
    [
      [...all, '--url', 'postgres://u:geheim@127.0.0.1:1/d'],
      '69 the server of --url does not answer at 127.0.0.1:1: start it or correct --url, or leave --url out',
    ],
    [[...all, '--url', at('plain')], '2 --url: permission denied to create database; 42501; there run: alter role'],
    [[...all, '--url', at('few')], '2 --url: too many connections for role'],
    [[...all, '--url', at('nobody')], '2 --url: password authentication failed'],
    [[...all, '--url', 'postgres://u:geheim@h:99999/d'], '2 --url: expected postgres://'],
    [[...all, '--directory', 'empty'], 'found none; Next: name it with --directory'],
    [[...all, '--directory', 'other'], 'found those of another tool; Next: --tool dbmate'],
    [['rehearse', '--all', '--tool', 'dbmate'], 'found those of another tool; Next: --tool sql'],
    [[...all, '--table', 'a-b'], '2 migrations: database.migrations.table: expected a name'],
  ]
  const answers = await Promise.all(refusals.map(([args]) => terminal.belay(...args)))
  const said = answers.map(({ code, err }) => `${code} ${err.trim().split('\n').at(-1)}`)
  expect(said).toEqual(refusals.map(([, words]) => expect.stringContaining(words)))
  expect(JSON.stringify(answers)).not.toContain('geheim')
})

/** A rehearsal in the middle of its one migration, and its database. */
async function sleeping(): Promise<{ session: Session; database: unknown }> {
  const mark = randomUUID()
  await migrationsAre({ '001_slow.up.sql': `select pg_sleep(60), '${mark}';\n`, '001_slow.down.sql': 'select 1;\n' })
  const session = terminal.start('rehearse', '--all', '--tool', 'sql', '--url', '${env:SCRATCH}')
  const database = await eventually('the statement that sleeps', async () => {
    const running = `select datname as name from pg_stat_activity where query like '%${mark}%' and pid <> pg_backend_pid()`
    return (await query(server, running))[0]?.name
  })
  expect(database).toMatch(/^belay_scratch_/)
  return { session, database }
}

async function isThere(database: unknown): Promise<boolean> {
  return (await query(server, `select from pg_database where datname = '${String(database)}'`)).length > 0
}

/** A comment that is not committed holds the database itself. */
async function whileNobodyDrops(database: unknown, work: () => Promise<void>): Promise<void> {
  await withClient(server, async (client) => {
    await client.query(`begin; comment on database ${String(database)} is 'held'`)
    await work()
  })
}

async function migrationsAre(files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(join(directory, 'migrations'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, 'migrations', name), text)
}

function told(line: string, { out, err, code }: Answer): string {
  const said = `$ belay ${line}\n${out}${err === '' ? '' : `(stderr) ${err}`}[exit ${code}]\n`
  return said
    .replaceAll(directory, '<directory>')
    .replace(/PostgreSQL \d+\.\d+/g, 'PostgreSQL <version>')
    .replace(/ +(\d+ ms|\d+ s)(?= {2})/g, '  <time>')
}

/** All that a configuration needs, with this database. */
async function configured(database: object): Promise<void> {
  const minimal: unknown = parse(await readFile(new URL('../config/fixtures/minimal.yaml', import.meta.url), 'utf8'))
  await writeFile(join(directory, 'belay.yaml'), JSON.stringify({ ...Object(minimal), database }))
}

test('a role that the migrations leave on the server of somebody is named: no database takes it along', async () => {
  const role = `left_${randomUUID().replaceAll('-', '')}`
  await migrationsAre({ '001_role.up.sql': `create role ${role};\n`, '001_role.down.sql': `drop role ${role};\n` })
  try {
    const { err, code } = await terminal.belay('rehearse', '--all', '--tool', 'sql', '--url', '${env:SCRATCH}')
    expect(err).toContain(`left on the server: role ${role}; drop it`)
    expect(code).toBe(0)
  } finally {
    await query(server, `drop role if exists ${role}`)
  }
})
