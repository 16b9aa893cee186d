import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { embeddedPostgres } from '../../src/dev/embedded-postgres.ts'
import { createDatabase } from '../support/postgres.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

test('keeps its data and password when it is stopped and started again', async () => {
  const directory = await temporaryDirectory()
  const first = await embeddedPostgres({ directory, database: 'belay', environment: process.env })
  await query(first.url, 'create table kept (value int); insert into kept values (42)')
  await first.stop()
  const second = await embeddedPostgres({ directory, database: 'belay', environment: process.env })
  onTestFinished(second.stop)
  expect(await query(second.url, 'select value from kept')).toEqual([{ value: 42 }])
})

test('refuses a wrong password', async () => {
  const { url, drop } = await createDatabase()
  onTestFinished(drop)
  const wrong = new URL(url)
  wrong.password = 'wrong'
  await expect(query(wrong.href, 'select 1')).rejects.toThrow('password authentication failed')
  expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }])
})

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const result = await client.query(sql)
    return Array.isArray(result) ? [] : result.rows
  } finally {
    await client.end()
  }
}
