import type pg from 'pg'
import type { ScratchServer } from '../../../../src/domain/rehearsal/rehearsal.ts'
import { withClient } from '../../client.ts'
import { beOwner, dropLeftOvers, nextName } from './left-overs.ts'
import { serverVersion } from './live.ts'
import { asUnfit } from './unfit.ts'

/** Where scratch databases are made: a server of the user's, or one that is started for this and ended with it. */
export type ServerSource = { url: string } | { embedded: () => Promise<StartedServer> }

/** `stop` ends it and removes what it wrote. */
export type StartedServer = { url: string; stop(): Promise<void> }

export type OpenServer = {
  server: ScratchServer
  /** A new database; with `template` a copy of one of ours to which nobody is connected. */
  create(template?: ScratchDatabase): Promise<ScratchDatabase>
}

/** `url` holds a password; never print it. */
export type ScratchDatabase = { name: string; url: string; drop(): Promise<void> }

/**
 * A server for scratch databases while `work` runs. Whatever comes of it, its databases are dropped and an embedded server
 * is ended. Left-overs of killed runs are dropped first. With `signal` aborted they are dropped at once, whatever runs in
 * them, so that `work` fails; its reason is thrown once they are gone. @throws `UnfitServer`, `DatabaseAway`
 */
export async function withScratchServer<T>(
  source: ServerSource,
  work: (server: OpenServer) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  if ('url' in source) return await onGivenServer(source.url, work, signal)
  const started = await source.embedded()
  try {
    return await onServer(started.url, 'embedded', work, signal)
  } finally {
    await started.stop()
  }
}

async function onGivenServer<T>(
  url: string,
  work: (server: OpenServer) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  try {
    return await onServer(url, 'given', work, signal)
  } catch (error) {
    throw asUnfit(error, url)
  }
}

async function onServer<T>(
  url: string,
  from: ScratchServer['from'],
  work: (server: OpenServer) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  return await withClient(url, async (admin) => {
    const owner = await beOwner(admin)
    if (from === 'given') await dropLeftOvers(admin)
    const server = { ...(await serverVersion(admin)), from }
    const made = new Map<string, ScratchDatabase>()
    const dropAll = async () => {
      for (const database of made.values()) await database.drop()
    }
    let leaving = Promise.resolve()
    const leave = () => {
      leaving = dropAll()
      // Told below, once `work` has ended.
      leaving.catch(() => undefined)
    }
    signal?.addEventListener('abort', leave)
    try {
      const create = async (template?: ScratchDatabase) => {
        signal?.throwIfAborted()
        const database = await createDatabase(admin, { url, owner, made, template })
        // It was being made when all of them were dropped: it goes with the rest, and nothing begins in it.
        signal?.throwIfAborted()
        return database
      }
      return await work({ server, create })
    } finally {
      signal?.removeEventListener('abort', leave)
      await leaving
      await dropAll()
      // Only now is it true; whatever `work` failed with came of this.
      signal?.throwIfAborted()
    }
  })
}

async function createDatabase(
  admin: pg.Client,
  {
    url,
    owner,
    made,
    template,
  }: { url: string; owner: string; made: Map<string, ScratchDatabase>; template: ScratchDatabase | undefined },
): Promise<ScratchDatabase> {
  const name = nextName(owner)
  // template0 holds nothing of the server's owner, and takes any encoding.
  await admin.query(`create database ${name} template ${template?.name ?? 'template0'}`)
  const drop = async () => {
    made.delete(name)
    await admin.query(`drop database if exists ${name} with (force)`)
  }
  const database = { name, url: databaseAt(url, name), drop }
  made.set(name, database)
  return database
}

/** The address of another database of the same server. */
export function databaseAt(url: string, database: string): string {
  const address = new URL(url)
  address.pathname = `/${database}`
  return address.href
}
