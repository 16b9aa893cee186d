import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { commands } from '../../../activities/database/tools/commands.ts'
import { createWorld, type DatabaseWorld, withClient } from '../world.ts'
import { expectValuesKept } from './values-kept.ts'

let world: DatabaseWorld

beforeEach(async () => {
  world = await createWorld('commands')
})

afterEach(async () => {
  await world.stop()
})

const users = {
  '001_users.up.sql': 'create table users (id bigint generated always as identity primary key, name text);',
  '001_users.down.sql': 'drop table users;',
}
const trial = {
  '002_trial.up.sql': 'alter table users add column trial_ends_at date;',
  '002_trial.down.sql': 'alter table users drop column trial_ends_at;',
}

test('a foreign tool applies and reverts by its own commands, each proven by its list and the catalog', async () => {
  const deployed = await world.deploy(await world.release('1.0.0', { ...users, ...trial }))
  const names = ['001_users', '002_trial']
  expect(deployed.review).toMatchObject({ applied: [], pending: names, withoutDown: [], refusals: [], unknown: [] })
  expect(deployed.result).toMatchObject({ applied: names, history: names, failure: null })
  const result = await world.revert(deployed)
  expect(result).toMatchObject({ reverted: names.toReversed(), kept: [], catalogRestored: true, failure: null })
  expect(await world.revert(deployed, { attempt: 2 })).toEqual(result)
})

test('values in what would be dropped keep the schema', async () => {
  await expectValuesKept(world, { users, trial })
})

test('one that fails is said in the tool’s words, with what it left half way', async () => {
  const bad = {
    '002_bad.up.sql': 'create table half ();\ncommit;\nselect 1 / 0;',
    '002_bad.down.sql': 'drop table half;',
  }
  const { result } = await world.deploy(await world.release('1.0.0', { ...users, ...bad }))
  expect(result).toMatchObject({ applied: ['001_users'], history: ['001_users'], failure: { migration: '002_bad' } })
  expect(result.failure?.message).toMatch(
    /migrate.js \(apply 002_bad\) ended with 1: [\s\S]*division by zero[\s\S]*left: .*half/,
  )
})

test('a tool that says that it worked, and did not, is not believed', async () => {
  const release = await world.release('1.0.0', users)
  await program(release, 'console.log("001_users applied")')
  world.database.migrations.commands = { ...list(['./migrate.js']), apply: ['./lies', '{name}'] }
  const { result } = await world.deploy(release)
  expect(result).toMatchObject({
    applied: [],
    failure: {
      migration: '001_users',
      message: expect.stringContaining('history: expected +001_users, got no change'),
    },
  })
})

test('a down that restores nothing is told, object by object', async () => {
  const files = { ...users, '001_users.down.sql': 'select 1;' }
  const deployed = await world.deploy(await world.release('1.0.0', files))
  const result = await world.revert(deployed)
  expect(result).toMatchObject({ reverted: ['001_users'], catalogRestored: false })
  expect(result.difference.join('\n')).toContain('users')
})

test('a down that is missing or empty is refused, where its files can show it', async () => {
  const files = {
    '001_a.up.sql': 'create table a ();',
    '002_b.up.sql': 'create table b ();',
    '002_b.down.sql': '-- later',
    ...Object.fromEntries(Object.entries(users).map(([name, text]) => [name.replace('001', '003'), text])),
  }
  const deployed = await world.deploy(await world.release('1.0.0', files))
  expect(deployed.review.withoutDown).toEqual(['001_a', '002_b'])
  expect(await world.revert(deployed, { onLoss: 'lose' })).toMatchObject({
    reverted: [],
    failure: { message: expect.stringContaining('002_b: expected a down migration, got an empty one') },
  })
})

test('an edited file is refused, a comment too: it may be an instruction to the tool', async () => {
  const release = await world.release('1.0.0', users)
  const deployed = await world.deploy(release)
  await writeFile(join(release, 'migrations/001_users.down.sql'), '-- as agreed\ndrop table users;')
  expect(await world.revert(deployed)).toMatchObject({
    kept: ['001_users'],
    failure: { message: expect.stringMatching(/001_users.down.sql in .* is not what was applied; copy it back from/) },
  })
})

test.each([
  ['an option', `console.log('--all')`, 'which a program would take for an option'],
  ['control characters', String.raw`console.log('a\u001b[2Kb')`, 'with control characters'],
  ['the same name twice', `console.log('a\\na')`, 'expected each name once, got a twice'],
  ['a line without end', `console.log('a'.repeat(300))`, 'expected a name of at most 255 characters'],
  [
    'more than anybody has',
    `for (let i = 0; i < 10001; i++) console.log(i)`,
    'expected at most 10000 names, got 10001',
  ],
  [
    'an error',
    `console.error('error: no such database'); process.exit(2)`,
    'expected exit code 0, got 2: error: no such',
  ],
  ['an end that never comes', `setInterval(() => {}, 1000)`, 'no end within 500 ms'],
])('a list that holds %s is no answer', async (_, code, words) => {
  const releaseDirectory = await world.release('1.0.0', users)
  await program(releaseDirectory, code)
  world.database.migrations.commands = list(['./lies'])
  if (words.includes('500 ms')) world.database.migrations.timeoutMs = 500
  const { order, database, activities } = world
  await expect(activities.reviewMigrations({ order, database, releaseDirectory, known: null })).rejects.toThrow(words)
})

test('what is not there to be run is refused by the review', async () => {
  const releaseDirectory = await world.release('1.0.0', users)
  const { order, database, activities } = world
  database.migrations.commands = { ...list(['./migrate.js']), revert: ['./bin/undo', '{name}'] }
  const review = await activities.reviewMigrations({ order, database, releaseDirectory, known: null })
  expect(review.refusals).toEqual([
    `database.migrations.commands.revert: expected ./bin/undo in ${releaseDirectory}, to be run, got ENOENT`,
  ])
  const settings = { ...database.migrations, commands: list(['node']) }
  const gone = { releaseDirectory: `${releaseDirectory}-gone`, settings }
  expect(await commands.cannotRun(gone, {})).toContain('expected the release in')
})

test('the address shows in nothing, and a secret of the worker reaches no command', async () => {
  const release = await world.release('1.0.0', users)
  await program(
    release,
    `console.log('error ' + process.env.DATABASE_URL + ' ' + process.env.OTHER_SECRET); process.exit(1)`,
  )
  world.database.migrations.commands = { ...list(['./migrate.js']), apply: ['./lies', '{name}'] }
  Object.assign(world.environment, { OTHER_SECRET: 'hunter2hunter2' })
  const { result } = await world.deploy(release)
  expect(result.failure?.message).toContain('error')
  expect(JSON.stringify(result)).not.toContain(new URL(world.url).password)
  expect(JSON.stringify(result)).not.toContain('hunter2')
})

test('one that was cut off is run again only if nothing of it is there', async () => {
  const release = { releaseDirectory: await world.release('1.0.0', users), settings: world.database.migrations }
  const ran = await withClient(world.url, async (client) => {
    const target = { client, url: world.url, environment: world.environment }
    const [file] = await commands.files(release, target)
    if (!file) throw new Error('no file')
    const notes: unknown[] = []
    const note = async (progress: unknown) => void notes.push(progress)
    const run = { ...release, ...target, file, note }
    await commands
      .up({ ...run, earlier: { done: 0, began: 'another catalog' } })
      .catch((error) => notes.push(`${error}`))
    await commands.up({ ...run, earlier: null })
    return notes
  })
  expect(ran[0]).toContain('001_users was cut off in the middle, and something changed')
  expect(ran[1]).toMatchObject({ done: 0 })
})

/** `list` for both lists, `./migrate.js` for the rest. */
function list(command: string[]) {
  const own = command[0] === './migrate.js'
  return {
    applied: own ? ['./migrate.js', 'applied'] : command,
    pending: own ? ['./migrate.js', 'pending'] : command,
    apply: ['./migrate.js', 'up', '{name}'],
    revert: ['./migrate.js', 'down', '{name}'],
  }
}

async function program(release: string, code: string): Promise<void> {
  await writeFile(join(release, 'lies'), `#!/usr/bin/env node\n${code}\n`)
  await chmod(join(release, 'lies'), 0o755)
}
