import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { shared } from './shared.ts'

export { type OwnPostgres, startPostgres } from './own-postgres.ts'

/** A new, empty database on the server that all tests of this run share. Drop it. */
export async function createDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const server = await shared('postgres')
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await query(server, `create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return { url: url.href, drop: async () => void (await query(server, `drop database if exists ${name} with (force)`)) }
}

/** On a connection of its own. */
export async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}
