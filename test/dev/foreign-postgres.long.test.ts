import { execFile } from 'node:child_process'
import { chown, glob, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../../src/dev/free-port.ts'
import { postgresIdentity } from '../../src/dev/postgres-user.ts'
import { migrateHistory } from '../../src/history/migrate.ts'

const run = promisify(execFile)

test("Belay's own tables can be made in the Postgres of a Linux distribution", async () => {
  const client = new pg.Client({ connectionString: await startDistributionPostgres() })
  await client.connect()
  onTestFinished(() => client.end())
  const { applied } = await migrateHistory(client)
  expect(applied.length).toBeGreaterThan(0)
  expect(await migrateHistory(client)).toEqual({ applied: [] })
})

/** A cluster of the installed package's programs, ended with the test. */
async function startDistributionPostgres(): Promise<string> {
  const bin = await programDirectory()
  const identity = { ...(await postgresIdentity()) }
  const data = await mkdtemp(join(tmpdir(), 'belay-foreign-'))
  if (identity.uid !== undefined && identity.gid !== undefined) await chown(data, identity.uid, identity.gid)
  onTestFinished(() => rm(data, { recursive: true }))
  const port = await freePort()
  await run(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync'], { ...identity, cwd: '/' })
  const flags = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=`
  await run(join(bin, 'pg_ctl'), ['start', '-D', data, '-w', '-o', flags, '-l', join(data, 'log')], {
    ...identity,
    cwd: '/',
  })
  onTestFinished(() =>
    run(join(bin, 'pg_ctl'), ['stop', '-D', data, '-m', 'fast'], { ...identity, cwd: '/' }).then(() => undefined),
  )
  return `postgres://postgres@127.0.0.1:${port}/postgres`
}

async function programDirectory(): Promise<string> {
  for await (const initdb of glob('/usr/lib/postgresql/*/bin/initdb')) return dirname(initdb)
  throw new Error('expected the package postgresql, found none; install it with: apt-get install postgresql')
}
