import { randomBytes } from 'node:crypto'
import pg from 'pg'
import type { ScratchServer } from '../../../../src/domain/rehearsal/rehearsal.ts'
import { withClient } from '../../client.ts'
import { NotThere } from '../not-there.ts'
import type { Live, Role } from './live.ts'

/**
 * The address on the scratch server that is what the service's own address is on the live one: a user of the same name,
 * so that what the migrations make belongs to the same. Roles are made on Belay's own server; on one that was given they
 * must be there. Throws `NotThere` where they are not.
 */
export async function asLiveUser(scratch: { url: string; from: ScratchServer['from'] }, live: Live): Promise<string> {
  return await withClient(scratch.url, async (client) => {
    const missing = await missingRoles(client, live.roles)
    if (scratch.from === 'embedded') return await asOwnRole(client, { url: scratch.url, live, missing })
    if (missing.length === 0) return await asGivenRole(client, scratch.url, live.user)
    const names = missing.map(({ name }) => name)
    throw new NotThere(
      `rehearsal.url: expected the roles of the live database on that server, ${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} missing; there run: ${names.map((name) => `create role ${pg.escapeIdentifier(name)}`).join('; ')}`,
    )
  })
}

async function missingRoles(client: pg.ClientBase, roles: readonly Role[]): Promise<Role[]> {
  const { rows } = await client.query<{ name: string }>('select rolname::text as name from pg_roles')
  return roles.filter(({ name }) => !rows.some((row) => row.name === name))
}

async function asOwnRole(
  client: pg.ClientBase,
  { url, live, missing }: { url: string; live: Live; missing: readonly Role[] },
): Promise<string> {
  for (const { name, attributes } of missing) {
    await client.query(`create role ${pg.escapeIdentifier(name)} nologin ${attributes}`)
  }
  for (const { name, memberOf } of missing) {
    for (const group of memberOf)
      await client.query(`grant ${pg.escapeIdentifier(group)} to ${pg.escapeIdentifier(name)}`)
  }
  // Whoever the server began with is already somebody who can come in.
  if (!missing.some(({ name }) => name === live.user)) return url
  const password = randomBytes(18).toString('base64url')
  await client.query(`alter role ${pg.escapeIdentifier(live.user)} login password ${pg.escapeLiteral(password)}`)
  const own = new URL(url)
  own.username = encodeURIComponent(live.user)
  own.password = password
  return own.href
}

/** The given user, as whom it may act: the server takes that with the connection, whatever tool makes it. */
async function asGivenRole(client: pg.ClientBase, url: string, user: string): Promise<string> {
  const { rows } = await client.query<{ user: string }>('select current_user::text as "user"')
  if (rows[0]?.user === user) return url
  try {
    await client.query(`set role ${pg.escapeIdentifier(user)}`)
    await client.query('reset role')
  } catch (error) {
    throw new NotThere(
      `rehearsal.url: expected a user that may act as ${user}, as the live database's address does; there run: grant ${pg.escapeIdentifier(user)} to ${pg.escapeIdentifier(rows[0]?.user ?? '')}`,
      { cause: error },
    )
  }
  const own = new URL(url)
  const escaped = user.replaceAll(/[\\ ]/g, (character) => `\\${character}`)
  own.searchParams.set('options', [own.searchParams.get('options'), `-c role=${escaped}`].filter(Boolean).join(' '))
  return own.href
}
