import { execFile } from 'node:child_process'
import { chown, glob, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'
import { freePort } from '../../src/dev/free-port.ts'
import { postgresIdentity } from '../../src/dev/postgres-user.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const run = promisify(execFile)

/** A cluster of the installed package's programs, ended with the test; user `postgres`. No password: everybody is let in. */
export async function startDistributionPostgres(password = ''): Promise<{ port: number; url: string; bin: string }> {
  const bin = await programDirectory()
  const identity = { ...(await postgresIdentity()), cwd: '/' }
  const data = await mkdtemp(join(tmpdir(), 'belay-foreign-'))
  if (identity.uid !== undefined && identity.gid !== undefined) await chown(data, identity.uid, identity.gid)
  onTestFinished(() => rm(data, { recursive: true }))
  const port = await freePort()
  const passwordFile = join(await temporaryDirectory(), 'password')
  await writeFile(passwordFile, password, { mode: 0o644 })
  const entry = password === '' ? ['-A', 'trust'] : ['-A', 'scram-sha-256', '--pwfile', passwordFile]
  await run(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', ...entry, '--no-sync'], identity)
  const flags = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=`
  await run(join(bin, 'pg_ctl'), ['start', '-D', data, '-w', '-o', flags, '-l', join(data, 'log')], identity)
  onTestFinished(() => run(join(bin, 'pg_ctl'), ['stop', '-D', data, '-m', 'fast'], identity).then(() => undefined))
  return { port, bin, url: `postgres://postgres@127.0.0.1:${port}/postgres` }
}

async function programDirectory(): Promise<string> {
  for await (const initdb of glob('/usr/lib/postgresql/*/bin/initdb')) return dirname(initdb)
  throw new Error('expected the package postgresql, found none; install it with: apt-get install postgresql')
}
