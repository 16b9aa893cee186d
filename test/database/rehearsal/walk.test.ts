import { expect, test } from 'vitest'
import { withScratchServer } from '../../../activities/database/rehearsal/scratch/server.ts'
import { rehearse } from '../../../activities/database/rehearsal/walk/rehearse.ts'
import { sqlPairs } from '../../../activities/database/tools/sql-pairs.ts'
import type { Rehearsal, RehearsedMigration } from '../../../src/domain/rehearsal/rehearsal.ts'
import { query } from '../../support/postgres.ts'
import { shared } from '../../support/shared.ts'
import { rehearsed, withRelease } from './release.ts'

const users = {
  '1_users.up.sql': 'create table users (id bigserial primary key, name text not null);',
  '1_users.down.sql': 'drop table users;',
}
const forgetful = {
  '2_index.up.sql': 'create index by_name on users (name); alter table users add column phone text;',
  '2_index.down.sql': 'alter table users drop column phone;',
}
const plan = {
  '3_plan.up.sql': `create table plans (name text primary key); insert into plans values ('free');`,
  '3_plan.down.sql': 'drop table plans;',
}

test('after a broken one the next is walked on what the ups alone lead to', async () => {
  const harmful = {
    '2_harm.up.sql': 'alter table users add column phone text;',
    '2_harm.down.sql':
      '-- belay: no transaction\nalter table users drop column phone;\ndrop table users;\nselect nonsense;',
  }
  const needsUsers = {
    '4_trial.up.sql': 'alter table users add column trial date; update users set trial = now() where phone is null;',
    '4_trial.down.sql': 'alter table users drop column trial;',
  }
  const { migrations } = await rehearsed({ ...users, ...harmful, ...plan, ...needsUsers })
  expect(migrations.map(told)).toEqual([
    '1_users reversible exact ok',
    '2_harm broken failed not_run',
    '3_plan reversible exact ok',
    '4_trial reversible exact ok',
  ])
  expect(migrations[1]?.down).toMatchObject({
    message: 'column "nonsense" does not exist; 42703',
    difference: ['sequence users_id_seq: expected, but it is gone', 'table users: expected, but it is gone'],
  })
})

test('an up that fails ends the rehearsal of a release, and not the walk through a history', async () => {
  const wrong = { '2_wrong.up.sql': 'alter table accounts add column a int;', '2_wrong.down.sql': 'select 1;' }
  const files = { ...users, ...wrong, ...plan }
  const history = await rehearsed(files)
  expect(history.migrations.map(told)).toEqual([
    '1_users reversible exact ok',
    '2_wrong broken not_run not_run',
    '3_plan reversible exact ok',
  ])
  const release = await released(files, ['1_users', '2_wrong', '3_plan'])
  expect(release.map(told)).toEqual([
    '1_users reversible exact ok',
    '2_wrong broken not_run not_run',
    '3_plan broken not_run not_run',
  ])
  expect(release[2]?.up).toEqual({
    state: 'not_run',
    durationMs: 0,
    message: 'not tried: 2_wrong before it cannot be applied',
  })
})

test('an up outside a transaction that fails half way leaves nothing to the next', async () => {
  const half = {
    '2_half.up.sql': '-- belay: no transaction\ncreate table plans (id int);\nselect nonsense;',
    '2_half.down.sql': 'drop table plans;',
  }
  const { migrations } = await rehearsed({ ...users, ...half, ...plan })
  expect(migrations.map(told)).toEqual([
    '1_users reversible exact ok',
    '2_half broken not_run not_run',
    '3_plan reversible exact ok',
  ])
})

test('a down is not known to be good where it met no row: over rows it fails', async () => {
  const files = {
    ...users,
    '2_drop.up.sql': 'alter table users drop column name;',
    '2_drop.down.sql': 'alter table users add column name text not null;',
  }
  const { migrations } = await rehearsed(files)
  expect(migrations.map(told)).toEqual(['1_users reversible exact ok', '2_drop broken failed not_run'])
  expect(migrations[1]?.down.message).toBe('column "name" of relation "users" contains null values; 23502')
  expect(migrations[1]?.seeded).toEqual({ rows: 2, not: [] })
})

test('rows made up for the way back are gone before the next way forth, and draw no number', async () => {
  const files = {
    ...users,
    '2_code.up.sql': 'alter table users add column code int not null;',
    '2_code.down.sql': 'alter table users drop column code;',
    '3_ann.up.sql': `insert into users (name, code) values ('Ann', 1); do $$ begin assert (select id from users) = 1; end $$;`,
    '3_ann.down.sql': `delete from users where name = 'Ann'; select setval('users_id_seq', 1, false);`,
  }
  const { migrations } = await rehearsed(files)
  expect(migrations.map(told)).toEqual([
    '1_users reversible exact ok',
    '2_code reversible exact ok',
    '3_ann reversible exact ok',
  ])
})

test('where live stands is copied and stays as it is; rows that are there are kept an eye on', async () => {
  const files = {
    '2_phone.up.sql': 'alter table users add column phone text;',
    '2_phone.down.sql': `alter table users drop column phone; update users set name = 'x';`,
  }
  const migrations = await released(
    files,
    ['2_phone'],
    `${users['1_users.up.sql']} insert into users values (1, 'Ann')`,
  )
  expect(migrations.map(told)).toEqual(['2_phone broken not_restored ok'])
  expect(migrations[0]?.down.difference).toEqual(['users.name: 1 value before, not the same after going back'])
})

test('what the whole server has cannot be made twice: what comes after is not walked, and it is said why', async () => {
  const role = `scratch_role_${process.pid}`
  const files = {
    '0_role.up.sql': `create role ${role};`,
    '0_role.down.sql': `drop role ${role};`,
    ...users,
    ...forgetful,
    ...plan,
  }
  try {
    const { migrations } = await rehearsed(files)
    expect(migrations.map(told)).toEqual([
      '0_role reversible exact ok',
      '1_users reversible exact ok',
      '2_index broken not_restored failed',
      '3_plan broken not_run not_run',
    ])
    expect(migrations[3]?.up.message).toBe(
      `the state before it cannot be made again: 0_role: applied once, but not beside it: role "${role}" already exists; 42710`,
    )
  } finally {
    await query(await shared('postgres'), `drop role if exists ${role}`)
  }
})

test('each is told as soon as it is judged, and is looked on during its first up alone', async () => {
  const [heard, seen] = [[] as string[], [] as string[]]
  const observer = {
    before: async ({ file }: { file: { name: string } }) => {
      seen.push(`before ${file.name}`)
      return {
        held: async () => void seen.push('held'),
        after: async () => {
          seen.push('after')
          return { lock: { mode: 'AccessExclusiveLock', on: 'users' }, rewrites: ['users'] }
        },
      }
    },
  }
  const { migrations, server, built } = await rehearsed(
    { ...users, ...forgetful },
    { observer, heard: (migration) => heard.push(told(migration)) },
  )
  expect(heard).toEqual(migrations.map(told))
  expect(seen).toEqual(['before 1_users', 'held', 'after', 'before 2_index', 'held', 'after'])
  expect(migrations[1]).toMatchObject({ lock: { mode: 'AccessExclusiveLock', on: 'users' }, rewrites: ['users'] })
  expect({ built, from: server.from, major: server.major }).toEqual({ built: 'empty', from: 'given', major: 18 })
})

/** On a base with these statements run. */
async function released(
  files: Readonly<Record<string, string>>,
  pending: readonly string[],
  given = '',
): Promise<RehearsedMigration[]> {
  return await withRelease(files, async (release) =>
    withScratchServer({ url: await shared('postgres') }, async (server) => {
      const base = await server.create()
      await query(base.url, given)
      const { env: environment } = process
      const rest = { pending, environment, afterFailedUp: 'stop' } as const
      const migrations = await rehearse({ server, tool: sqlPairs, release, base, ...rest })
      const tables = await query(
        base.url,
        `select count(*)::int as n from pg_class where relname in ('plans', 'schema_migrations')`,
      )
      expect(tables).toEqual([{ n: 0 }])
      return migrations
    }),
  )
}

function told({ name, verdict, down, again }: Rehearsal['migrations'][number]): string {
  return [name, verdict, down.state, again.state].join(' ')
}
