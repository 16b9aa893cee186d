import pg from 'pg'
import { DatabaseAway, saying } from '../../client.ts'

/** A server that was given answers, and cannot be used: what is missing, and what to do. No address is in it. */
export class UnfitServer extends Error {
  override readonly name = 'UnfitServer'
}

/** What went wrong on a server that was given, with what to do where that is known. */
export function asUnfit(error: unknown, url: string): unknown {
  const help = helpFor(codeOf(error), url)
  if (help === null) return error
  return new UnfitServer(`${saying(error, url).replace(/^the database does not answer: /, '')}; ${help}`)
}

function helpFor(code: string | null, url: string): string | null {
  switch (code) {
    case '28P01':
    case '28000':
      return 'give the correct user and password in its address'
    case '3D000':
      return 'its address has to name one that does, as /postgres'
    case '53300':
      return 'a rehearsal needs a few at once; there run: select usename, count(*) from pg_stat_activity group by usename; then end some, or raise max_connections or the connection limit of the role'
    case 'no createdb':
      return `there run: alter role ${pg.escapeIdentifier(decodeURIComponent(new URL(url).username))} createdb`
    default:
      return null
  }
}

function codeOf(error: unknown): string | null {
  if (error instanceof DatabaseAway) return codeOf(error.cause)
  if (!(error instanceof pg.DatabaseError)) return null
  // Its one statement that needs a right by itself; a migration's own are answered in its row.
  return error.code === '42501' && error.routine === 'createdb' ? 'no createdb' : (error.code ?? null)
}
