import { join } from 'node:path'
import { applyPending } from '../../../activities/database/apply/apply.ts'
import { fingerprintOf, readCatalog } from '../../../activities/database/catalog/catalog.ts'
import type { RehearsalOrder } from '../../../activities/database/rehearsal/order.ts'
import { rehearseRelease } from '../../../activities/database/rehearsal/rehearse-release.ts'
import { createGit } from '../../../activities/git/git.ts'
import type { RehearsalAnswer } from '../../../src/domain/rehearsal/answer.ts'
import type { Rehearsal } from '../../../src/domain/rehearsal/rehearsal.ts'
import { shared } from '../../support/shared.ts'
import { createWorld, withClient } from '../world.ts'
import { createRepository } from './repository.ts'

export const users = {
  'migrations/001_users.up.sql': 'create table users (id bigint generated always as identity primary key, email text);',
  'migrations/001_users.down.sql': 'drop table users;',
}

export const nick = {
  ...users,
  'migrations/002_nick.up.sql': 'alter table users add column nick text;',
  'migrations/002_nick.down.sql': 'alter table users drop column nick;',
}

/** A live database with `users` applied, the repository its releases come from, and rehearsals of them in this process. */
export async function createLive() {
  const world = await createWorld()
  const repository = await createRepository(join(world.directory, 'repository'))
  const { additive: _, ...given } = world.database.migrations
  const settings = { ...given, additive: 'none' as const, commands: undefined }
  const releaseDirectory = await world.release('1.0.0', withoutDirectory(users))
  const applied = { deployment: 'd1', directory: world.directory, settings, releaseDirectory, pending: ['001_users'] }
  await applyPending(applied, { url: world.url, environment: process.env })
  let started = 0

  const live = {
    ...world,
    repository,
    /** What the clock of a rehearsal says. */
    now: new Date('2026-01-02T03:04:05.000Z'),
    /** How many rehearsals asked for the embedded server. */
    embeddedStarts: () => started,
    rehearsalOrder: (commit: string, change: Partial<RehearsalOrder> = {}): RehearsalOrder => ({
      deployment: 'd2',
      directory: world.directory,
      settings,
      repository: repository.location,
      commit,
      build: [],
      data: null,
      oldRelease: { queries: [], command: null, directory: null, variable: 'SERVICE_DATABASE' },
      timeoutMs: 60_000,
      for: 'gate',
      ...change,
    }),
    async rehearse(
      files: Readonly<Record<string, string>>,
      change: Partial<RehearsalOrder> = {},
      scratchUrl: string | null | undefined = undefined,
    ): Promise<RehearsalAnswer> {
      const commit = await repository.commit(files)
      const server = await shared('postgres')
      const embedded = async () => {
        started += 1
        return { url: server, stop: () => Promise.resolve() }
      }
      const at = { liveUrl: world.url, scratchUrl: scratchUrl === undefined ? server : scratchUrl }
      const deps = { git: createGit({ environment: process.env }), clock: () => live.now, embedded }
      return await rehearseRelease(live.rehearsalOrder(commit, change), { ...at, environment: process.env }, deps)
    },
    fingerprint: () => withClient(world.url, async (client) => fingerprintOf(await readCatalog(client, settings))),
    /** Names of scratch databases that are left on the server. */
    async leftOver(): Promise<string[]> {
      const asked = `select datname as name from pg_database where datname like 'belay\\_scratch\\_%'`
      const { rows } = await withClient(await shared('postgres'), (client) => client.query<{ name: string }>(asked))
      return rows.map(({ name }) => name)
    },
  }
  return live
}

export type LiveWorld = Awaited<ReturnType<typeof createLive>>

/** Fails where nothing was rehearsed. */
export function rehearsed(answer: RehearsalAnswer): Rehearsal {
  if (answer.state !== 'rehearsed') throw new Error(`expected a rehearsal, got ${JSON.stringify(answer)}`)
  return answer.rehearsal
}

export function refused(answer: RehearsalAnswer): string {
  if (answer.state !== 'refused') throw new Error(`expected a refusal, got ${JSON.stringify(answer)}`)
  return answer.message
}

function withoutDirectory(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path.replace('migrations/', ''), text]))
}
