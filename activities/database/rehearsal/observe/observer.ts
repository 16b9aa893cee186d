import type pg from 'pg'
import { isErrno } from '../../../disk/atomic.ts'
import { installTriggers, takeRecorded } from './event-triggers.ts'
import { type Held, strongestOf } from './locks.ts'
import type { Observation, Observer } from './observe.ts'
import { changedSince, notedRelations, type Relations } from './relations.ts'
import { sampleLocks } from './sampling.ts'

/**
 * Sees the strongest lock and the rewrites of an up: exactly, by event triggers that a superuser may make, whatever
 * process the statements run in; else by looking again and again, which misses short locks (`sampled`). What it makes in
 * the database is gone before `after` answers.
 */
export function createObserver(history: { schema: string; table: string }): Observer & { sampled(): boolean } {
  let mayInstall = true
  return {
    sampled: () => !mayInstall,
    async before({ client, url, file }) {
      const inOtherProcess = file.up === 'own'
      const before = await notedRelations(client, { history, inOtherProcess })
      if (mayInstall) mayInstall = await installed(client)
      const sampling = mayInstall ? null : sampleLocks(url)
      return observation({ client, before, sampling, inOtherProcess })
    },
  }
}

async function installed(client: pg.ClientBase): Promise<boolean> {
  try {
    await installTriggers(client)
    return true
  } catch (error) {
    const [notAllowed, noInformationSchema] = ['42501', '3F000']
    if (isErrno(error, notAllowed, noInformationSchema)) return false
    throw error
  }
}

type Watched = {
  client: pg.ClientBase
  before: Relations
  sampling: { end(): Promise<Held[]> } | null
  inOtherProcess: boolean
}

function observation({ client, before, sampling, inOtherProcess }: Watched): Observation {
  const own: Held[] = []
  return {
    async held() {
      own.push(...(await locksOf(client)))
    },
    async after() {
      const recorded = sampling ? { held: await sampling.end(), rewritten: [] } : await takeRecorded(client)
      const held = [...own, ...recorded.held]
      const changed = await changedSince(client, before, { held, inOtherProcess })
      const rewritten = new Set([...recorded.rewritten, ...changed.rewritten])
      const rewrites = [...before].flatMap(([relation, { name }]) => (rewritten.has(relation) ? [name] : [])).sort()
      const lock = strongestOf([...held, ...changed.held], before)
      return { lock: lock && sampling ? { ...lock, sampled: true } : lock, rewrites }
    },
  }
}

async function locksOf(client: pg.ClientBase): Promise<Held[]> {
  const { rows } = await client.query<Held>(
    `select relation::int8::text as relation, mode from pg_locks
     where pid = pg_backend_pid() and locktype = 'relation' and granted`,
  )
  return rows
}
