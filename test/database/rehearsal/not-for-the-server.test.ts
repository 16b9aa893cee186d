import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { rehearseHistory } from '../../../activities/database/rehearsal/history.ts'
import { shared } from '../../support/shared.ts'
import { rehearsed, withRelease } from './release.ts'

const nothing = 'select 1;'

test('what a deployment refuses to run is broken in a rehearsal too, and is not run', async () => {
  const { migrations } = await rehearsed({
    '1_tx.up.sql': 'create table kept (id int);\ncommit;',
    '1_tx.down.sql': 'drop table kept;',
    '2_copy.up.sql': "create table a (id int);\n\\copy a from 'a.csv'",
    '2_copy.down.sql': 'drop table a;',
    '3_next.up.sql': 'create table kept (id int);',
    '3_next.down.sql': 'drop table kept;',
  })
  expect(migrations.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual([
    '1_tx broken',
    '2_copy broken',
    '3_next reversible',
  ])
  expect(migrations[0]?.up.message).toContain('commit: expected no transaction control')
  expect(migrations[1]?.up.message).toBe(
    "\\copy a from 'a.csv': expected SQL, got a command of psql, which no server knows; write it as SQL, or run the file with tool: commands",
  )
})

test('a mark at the beginning of a file and foreign line ends are no SQL, and no way of its own is lost by them', async () => {
  const { migrations } = await rehearsed({
    '1_a.up.sql': '\uFEFFcreate table a (id int);\r\ncreate table b (id int);\r\n',
    '1_a.down.sql': '\uFEFFdrop table a;\r\ndrop table b;\r\n',
    '2_i.up.sql': '\uFEFF-- belay: no transaction\r\ncreate index concurrently a_id on a (id);\r\n',
    '2_i.down.sql': '-- belay: no transaction\r\ndrop index concurrently a_id;\r\n',
    '3_no.up.sql': '\uFEFF-- belay: no way back: for a reason\r\ncreate table c (id int);\r\n',
  })
  expect(migrations.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual([
    '1_a reversible',
    '2_i reversible',
    '3_no no_way_back',
  ])
})

test('bytes that are no UTF-8 are refused where they would be written, and harmless in a comment', async () => {
  const latin = (text: string) => Buffer.from(text, 'latin1')
  await withRelease({}, async (release) => {
    const directory = join(release.releaseDirectory, 'migrations')
    await mkdir(directory, { recursive: true })
    await writeFile(join(directory, '1_a.up.sql'), latin("create table a (t text); insert into a values ('café');"))
    await writeFile(join(directory, '1_a.down.sql'), 'drop table a;')
    await writeFile(join(directory, '2_b.up.sql'), latin('-- café\ncreate table b (t text);'))
    await writeFile(join(directory, '2_b.down.sql'), 'drop table b;')
    const server = { url: await shared('postgres') }
    const { migrations } = await rehearseHistory({ release, server, environment: process.env })
    expect(migrations.map(({ verdict }) => verdict)).toEqual(['broken', 'reversible'])
    expect(migrations[0]?.up.message).toBe(
      '1_a.up.sql: expected UTF-8, got other bytes, which would be written as �; save the file as UTF-8',
    )
  })
})

test('a statement that needs to stand outside a transaction says how it gets there', async () => {
  const { migrations } = await rehearsed({ '1_v.up.sql': 'vacuum;', '1_v.down.sql': nothing })
  expect(migrations[0]?.up.message).toBe(
    'VACUUM cannot run inside a transaction block; 25001; begin the file with "-- belay: no transaction"',
  )
})
