import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { copyFile, mkdir, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { onTestFinished } from 'vitest'
import { sqlPairs } from '../../activities/database/tools/sql-pairs.ts'
import type { RunEnd } from '../../src/domain/end/run-end.ts'
import { eventually } from '../support/eventually.ts'
import { phaseOf, type World } from './world.ts'

/** A service that somebody deployed by hand: its files, its schema, its configuration. Nothing of it runs yet. */
export async function deployByHand(world: World, version: string, releaseDirectory: string): Promise<void> {
  await mkdir(dirname(releaseDirectory), { recursive: true })
  const clone = ['clone', '--quiet', '--branch', `v${version}`, world.repository, releaseDirectory]
  await promisify(execFile)('git', ['-c', 'advice.detachedHead=false', ...clone])
  await copyFile(join(releaseDirectory, 'config.json'), join(world.directory, 'config.json'))
  await migrateByHand(world, version, releaseDirectory)
}

/** Capistrano's and Deployer's layout: a release by its time, and `current`. */
export async function deployByCapistrano(world: World, version: string): Promise<string> {
  const releaseDirectory = join(world.directory, 'releases', '20240101120000')
  await deployByHand(world, version, releaseDirectory)
  await symlink(releaseDirectory, join(world.directory, 'current'))
  return releaseDirectory
}

/**
 * Starts programs of a release from a shell that goes elsewhere and waits for them, as somebody's login shell does: all
 * of them share its session. Answers with the pids.
 */
export async function startByHand(
  world: World,
  releaseDirectory: string,
  programs: readonly string[] = ['server.mjs', 'worker.mjs'],
): Promise<{ shell: number; pids: number[] }> {
  await mkdir(join(world.directory, 'log'), { recursive: true })
  const log = openSync(join(world.directory, 'log', 'worker.log'), 'a')
  const starts = programs.map((program) => `node ${program} >&4 & echo $! >&3`).join('; ')
  const shell = spawn('bash', ['-c', `${starts}; cd /; wait; sleep 600`], {
    cwd: releaseDirectory,
    env: { PATH: process.env.PATH, CONFIG_FILE: join(world.directory, 'config.json'), SHOP_COLOUR: 'red' },
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', log],
  })
  closeSync(log)
  onTestFinished(() => endSession(shell))
  const told = { text: '' }
  shell.stdio[3]?.on('data', (bytes: Buffer) => {
    told.text += bytes.toString()
  })
  const pids = await eventually('the pids', () => {
    const lines = told.text.split('\n').slice(0, -1)
    return lines.length === programs.length ? lines.map(Number) : null
  })
  if (programs.includes('server.mjs')) await eventually('an answer', async () => (await world.look()).serving)
  return { shell: shell.pid ?? 0, pids }
}

/** Somebody else's program in a directory: their shell, an editor. */
export function strangerIn(directory: string): number {
  const child = spawn('sleep', ['600'], { cwd: directory, detached: true, stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child.pid ?? 0
}

function endSession(shell: ChildProcess): void {
  try {
    if (shell.pid) process.kill(-shell.pid, 'SIGKILL')
  } catch {
    // It has ended.
  }
}

/** Deploys, signs, and lets the release fall ill in its window. */
export async function fallsIll(world: World, version: string): Promise<RunEnd> {
  const plan = world.plan(version, (settings) => {
    settings.monitoring.window = '30s'
  })
  const run = await world.belay.deploy(plan)
  await world.signAll(run, plan.deployment)
  await phaseOf(run, (status) => status.phase === 'watch' || status.outcome !== null)
  await world.say('errors', version)
  const end = await run.end()
  await world.unsay('errors', version)
  return end
}

/** As the tool itself would have left it: tables, and a history row each. */
async function migrateByHand(world: World, version: string, releaseDirectory: string): Promise<void> {
  const { database } = world.plan(version)
  if (!database) return
  const release = { releaseDirectory, settings: database.migrations }
  const client = new pg.Client({ connectionString: world.environment.FIXTURE_DATABASE_URL })
  await client.connect()
  try {
    await sqlPairs.prepare(client, database.migrations)
    const target = { client, url: '', environment: {} }
    for (const file of await sqlPairs.files(release, target)) {
      const run = { ...release, ...target, file, earlier: null, note: async () => undefined }
      await sqlPairs.up(run)
    }
  } finally {
    await client.end()
  }
}
