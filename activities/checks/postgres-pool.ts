import type { Probe } from '../../src/domain/check.ts'
import { errorWords } from '../network/error-words.ts'
import { expectationOf, percent } from './expectation.ts'
import { openSession, type Session } from './postgres-session.ts'
import type { Answer, Probing } from './probing.ts'

type PoolProbe = Extract<Probe, { kind: 'postgres_pool' }>

/** Really opens that many connections at once, then reads how much of `max_connections` all the others use. */
export async function probePostgresPool(probe: PoolProbe, probing: Probing): Promise<Answer> {
  const expected = expectationOf(probe)
  const url = probing.resolve(probe.url)
  const opening = Array.from({ length: probe.connections }, () => openSession(url, probing.signal, probing.timeoutMs))
  const opened = await Promise.allSettled(opening)
  const sessions = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  try {
    probing.signal.throwIfAborted()
    const refused = opened.find((result) => result.status === 'rejected')
    if (refused) return failed(`${sessions.length} of ${probe.connections} connections: ${errorWords(refused.reason)}`)
    const { used, most } = await countUse(sessions)
    const got = `${probe.connections} connections, ${used} of ${most} used (${percent(used / most)})`
    return used / most <= probe.maxUsedRatio ? { verdict: 'passed', expected, got } : failed(got)
  } catch (error) {
    probing.signal.throwIfAborted()
    return failed(errorWords(error))
  } finally {
    await Promise.all(sessions.map((session) => session.close()))
  }

  function failed(got: string): Answer {
    return { verdict: 'failed', expected, got }
  }
}

async function countUse(sessions: readonly Session[]): Promise<{ used: number; most: number }> {
  const own = await Promise.all(
    sessions.map(async (session) => (await session.query('select pg_backend_pid()'))[0]?.[0]),
  )
  const [row] = (await sessions[0]?.query(useSql, [own])) ?? []
  const [used, most] = (row ?? []).map(Number)
  if (used === undefined || most === undefined || !(most > 0)) throw new Error('no answer from pg_stat_activity')
  return { used, most }
}

/** A login without rights sees the others' rows, but not what kind they are: those belong to a database too. */
const useSql = `
  select count(*) filter (where datid is not null and coalesce(backend_type, 'client backend') = 'client backend'
                          and pid <> all ($1::int[])),
         current_setting('max_connections')
    from pg_stat_activity`
