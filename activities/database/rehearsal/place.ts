import { randomBytes } from 'node:crypto'
import pg from 'pg'
import type { ScratchServer } from '../../../src/domain/rehearsal.ts'
import { withClient } from '../client.ts'
import type { Live } from './live.ts'
import { asLiveUser } from './roles.ts'

/** Where a rehearsal is held: an address with the right to make databases, and one that acts as the live user. */
export type ScratchHost = { url: string; asUser: string; server: ScratchServer }

/** One scratch database. `admin`: as whoever may make it; `url`: as the live database's user. */
export type Place = { name: string; admin: string; url: string }

export async function scratchHost(given: { url: string; server: ScratchServer }, live: Live): Promise<ScratchHost> {
  return { ...given, asUser: await asLiveUser({ url: given.url, from: given.server.from }, live) }
}

/** An empty database with the owner and the settings of the live one, for `work`; dropped afterwards. */
export async function inPlace<T>(
  host: ScratchHost,
  live: Live,
  work: (place: Place) => Promise<T>,
  template = 'template0',
): Promise<T> {
  const name = `belay_rehearsal_${randomBytes(6).toString('hex')}`
  const place = { name, admin: databaseOf(host.url, name), url: databaseOf(host.asUser, name) }
  await withClient(host.url, async (client) => {
    const owner = pg.escapeIdentifier(live.owner)
    await client.query(`create database ${name} template ${pg.escapeIdentifier(template)} owner ${owner}`)
    for (const setting of live.settings) await client.query(`alter database ${name} set ${settingSql(setting)}`)
  })
  try {
    return await work(place)
  } finally {
    await withClient(host.url, (client) => client.query(`drop database if exists ${name} with (force)`)).catch(
      // It bears our name, and the next one bears another: no reason to lose what was found out.
      (error: unknown) => console.error(`${name} was not dropped: ${String(error)}`),
    )
  }
}

function databaseOf(url: string, name: string): string {
  const other = new URL(url)
  other.pathname = `/${name}`
  return other.href
}

/** Lists are kept by the server as they were written: `"$user", public`. */
function settingSql(setting: string): string {
  const at = setting.indexOf('=')
  const [name, value] = [setting.slice(0, at), setting.slice(at + 1)]
  const isList = /^(search_path|temp_tablespaces|.*_preload_libraries)$/.test(name)
  return `${pg.escapeIdentifier(name)} = ${isList && value !== '' ? value : pg.escapeLiteral(value)}`
}
