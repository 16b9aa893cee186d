import pg from 'pg'
import { withClient } from '../../client.ts'
import type { Live } from './live.ts'
import { asLiveUser } from './roles.ts'
import { databaseAt, type OpenServer, type ScratchDatabase } from './server.ts'

/** `admin`: the same database as whoever made it; `url` acts as the live database's user. */
export type Place = ScratchDatabase & { admin: string }

/** A server whose databases have the owner, the settings and the user of the live one; also the copies that a walk makes. */
export type LiveLikeServer = Omit<OpenServer, 'create'> & { create(template?: ScratchDatabase): Promise<Place> }

/** Its first database is made where the roles of the live one are there, or can be made; else `create` throws. */
export function liveLike(open: OpenServer, live: Live): LiveLikeServer {
  let asUser: string | null = null
  return {
    ...open,
    async create(template) {
      const database = await open.create(template)
      const admin = database.url
      asUser ??= await asLiveUser({ url: admin, from: open.server.from }, live)
      await withClient(admin, (client) => dress(client, database.name, live))
      return { ...database, admin, url: databaseAt(asUser, database.name) }
    },
  }
}

/** A copy brings neither of them. */
async function dress(client: pg.Client, name: string, { owner, settings }: Live): Promise<void> {
  const database = pg.escapeIdentifier(name)
  await client.query(`alter database ${database} owner to ${pg.escapeIdentifier(owner)}`)
  for (const setting of settings) await client.query(`alter database ${database} set ${settingSql(setting)}`)
}

/** Lists are kept by the server as they were written: `"$user", public`. */
function settingSql(setting: string): string {
  const place = setting.indexOf('=')
  const [name, value] = [setting.slice(0, place), setting.slice(place + 1)]
  const isList = /^(search_path|temp_tablespaces|.*_preload_libraries)$/.test(name)
  return `${pg.escapeIdentifier(name)} = ${isList && value !== '' ? value : pg.escapeLiteral(value)}`
}
