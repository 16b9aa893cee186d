import { randomBytes } from 'node:crypto'
import pg from 'pg'

/** What tells a scratch database from every other one. What bears it is dropped. */
const scratchPrefix = 'belay_scratch_'

/** First half of the advisory lock that an owner holds; its own number is the other. */
const ownersLock = 1_650_814_049

let last = 0

/** A number for whoever makes scratch databases on this connection, held by a lock as long as that is open. */
export async function beOwner(admin: pg.ClientBase): Promise<string> {
  const owner = randomBytes(4).toString('hex')
  // It says nothing for as long as a rehearsal takes, and a server that ends it for that would take the lock with it.
  await admin.query(
    `select set_config('idle_session_timeout', '0', false) where current_setting('server_version_num')::int >= 140000`,
  )
  await admin.query('select pg_advisory_lock($1, $2)', [ownersLock, Number.parseInt(owner, 16) | 0])
  return owner
}

/** Says when it was made and by whom. */
export function nextName(owner: string): string {
  last = Math.max(Date.now(), last + 1)
  return `${scratchPrefix}${last}_${owner}`
}

/**
 * Drops what killed runs left: whose owner holds its lock no more. A server that did not notice that the owner's machine is
 * gone keeps the lock for hours: what is a day old is dropped all the same.
 */
export async function dropLeftOvers(admin: pg.ClientBase): Promise<void> {
  const { rows } = await admin.query<{ name: string }>(
    `with scratch as (
      select datname as name, substring(datname from '[0-9]+')::bigint as made, right(datname, 8) as owner from pg_database
      where datname ~ $1 and pg_has_role(datdba, 'usage')
    ), owners as (
      select lpad(to_hex(objid::bigint), 8, '0') as owner from pg_locks
      where locktype = 'advisory' and classid::bigint = $2 and objsubid = 2 and granted
    )
    select name from scratch where made < extract(epoch from now() - interval '1 day') * 1000
      or owner not in (select owner from owners)`,
    [`^${scratchPrefix}[0-9]{13}_[0-9a-f]{8}$`, ownersLock],
  )
  for (const { name } of rows) {
    // One that somebody holds whom we may not end, or a slot, stays, and is in nobody's way.
    await admin.query(`drop database if exists ${name} with (force)`).catch((error: unknown) => {
      if (!(error instanceof pg.DatabaseError)) throw error
    })
  }
}
