import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { redact } from '../../src/domain/reference.ts'
import { isErrno } from '../disk/atomic.ts'
import { secretsIn } from '../process/inherited.ts'

/** The database does not answer, or went away in the middle; the same again may work. Its message holds no secret. */
export class DatabaseAway extends Error {
  override readonly name = 'DatabaseAway'
}

/** A short-lived connection for `work`. Rejects with `DatabaseAway` when there is none or it is lost. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = clientFor(url)
  let lost: unknown = null
  // Without a listener, losing an idle connection would end this process.
  client.on('error', (error) => {
    lost = error
  })
  try {
    await client.connect()
    return await work(client)
  } catch (error) {
    if (error instanceof DatabaseAway || !(lost !== null || isAway(error))) throw error
    throw new DatabaseAway(`the database does not answer: ${saying(error, url)}`, { cause: error })
  } finally {
    await client.end().catch(() => undefined)
  }
}

/**
 * Tries again while the database is away, for `patienceMs` since it last answered (`answered`). `work` starts anew each
 * time: it must find out by itself where it is.
 */
export async function withPatience<T>(patienceMs: number, work: (answered: () => void) => Promise<T>): Promise<T> {
  let giveUpAt = performance.now() + patienceMs
  let answering = false
  for (;;) {
    try {
      return await work(() => {
        answering = true
      })
    } catch (error) {
      if (answering) giveUpAt = performance.now() + patienceMs
      answering = false
      if (!(error instanceof DatabaseAway) || performance.now() > giveUpAt) throw error
      await pause(300)
    }
  }
}

/** Runs `work` with these settings and puts back what they were. */
export async function withSettings<T>(
  client: pg.ClientBase,
  settings: Readonly<Record<string, string>>,
  work: () => Promise<T>,
): Promise<T> {
  const names = Object.keys(settings)
  const { rows } = await client.query<{ name: string; value: string }>(
    'select name, current_setting(name) as value from unnest($1::text[]) as name',
    [names],
  )
  await applySettings(client, settings)
  try {
    return await work()
  } finally {
    // A transaction that failed cannot put anything back; its rollback does.
    await applySettings(client, Object.fromEntries(rows.map(({ name, value }) => [name, value]))).catch(() => undefined)
  }
}

/** For the session, from now on. */
export async function applySettings(client: pg.ClientBase, settings: Readonly<Record<string, string>>): Promise<void> {
  const set = 'select set_config(name, value, false) from unnest($1::text[], $2::text[]) as given(name, value)'
  await client.query(set, [Object.keys(settings), Object.values(settings)])
}

/** What an error says, without the address and its password, at most 1000 characters. */
export function saying(error: unknown, url: string): string {
  const text = error instanceof AggregateError ? error.errors.map(String).join('; ') : messageOf(error)
  return redact(text, secretsIn({}, [url])).slice(0, 1_000)
}

/** `schema.table`, as SQL. */
export function qualified({ schema, table }: { schema: string; table: string }): string {
  return `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(table)}`
}

function clientFor(url: string): pg.Client {
  try {
    return new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000, application_name: 'belay' })
  } catch {
    // The parser's own words would show the text.
    throw new Error('database.url: expected postgres://user:password@host:port/database, got something else')
  }
}

/** A lock was not to be had in time, or two waited for each other: again may work, and nothing is said of the statement. */
export function gotNoLock(error: unknown): boolean {
  return isErrno(error, '55P03', '40P01')
}

/** Not a statement's failure: nobody is there any more. */
export function isAway(error: unknown): boolean {
  if (error instanceof DatabaseAway) return true
  if (isErrno(error, 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'ENOENT'))
    return true
  if (isErrno(error, '57P01', '57P02', '57P03', '53300')) return true
  if (error instanceof pg.DatabaseError) return error.code?.startsWith('08') ?? false
  return error instanceof Error && /^(Connection terminated|timeout expired|Client has encountered)/.test(error.message)
}

function messageOf(error: unknown): string {
  if (!(error instanceof pg.DatabaseError)) return error instanceof Error ? error.message : String(error)
  return [error.message, error.detail, error.hint, error.code].filter(Boolean).join('; ')
}
