import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { isRunning } from '../../activities/disk/is-running.ts'
import { Held } from '../client/errors.ts'

/** Leaves the addresses of a running stack where the command line looks for them; only its owner may read the password. */
export async function keepAddresses(directory: string, addresses: Readonly<Record<string, string>>): Promise<void> {
  const file = addressFile(directory)
  const half = `${file}.${process.pid}`
  await writeFile(half, `${JSON.stringify({ ...addresses, pid: process.pid }, null, 2)}\n`, { mode: 0o600 })
  await rename(half, file)
}

export async function forgetAddresses(directory: string): Promise<void> {
  await rm(addressFile(directory), { force: true })
}

/** Two stacks on the same files would destroy each other's data. One that was killed is no obstacle. */
export async function requireNoOther(directory: string): Promise<void> {
  const kept = await readKept(addressFile(directory))
  if (kept === null || kept.pid === process.pid || !isRunning(kept.pid) || !(await listens(kept.address))) return
  throw new Held(
    `belay dev runs here already: expected ${directory} to be free, got process ${kept.pid}; use it or stop it`,
  )
}

/**
 * The environment without what an earlier stack left in this directory: the command line reads that file too, and must
 * not take a server that was killed for one that somebody gave.
 */
export async function withoutKept(directory: string, environment: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  const text = await readFile(addressFile(directory), 'utf8').catch(() => '{}')
  const kept = new Map<string, unknown>(Object.entries(JSON.parse(text)))
  return Object.fromEntries(Object.entries(environment).filter(([name, value]) => kept.get(name) !== value))
}

function addressFile(directory: string): string {
  return join(directory, 'dev.json')
}

async function readKept(file: string): Promise<{ pid: number; address: string } | null> {
  const text = await readFile(file, 'utf8').catch(() => null)
  if (text === null) return null
  const kept: unknown = JSON.parse(text)
  if (typeof kept !== 'object' || kept === null || !('pid' in kept) || !('TEMPORAL_ADDRESS' in kept)) return null
  const { pid, TEMPORAL_ADDRESS: address } = kept
  return typeof pid === 'number' && typeof address === 'string' ? { pid, address } : null
}

/** Process ids come again; a listening server at the kept address does not by chance. */
async function listens(address: string): Promise<boolean> {
  const { hostname, port } = new URL(`http://${address}`)
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), timeout: 2_000 })
    const answer = (is: boolean) => {
      socket.destroy()
      resolve(is)
    }
    socket
      .once('connect', () => answer(true))
      .once('error', () => answer(false))
      .once('timeout', () => answer(false))
  })
}
