import type pg from 'pg'
import type { Catalog } from '../../../../src/domain/catalog/catalog.ts'
import { fingerprintOf, readCatalog } from '../../catalog/catalog.ts'
import { qualified, withClient } from '../../client.ts'
import type { MigrationFile, MigrationSettings, Release, Target } from '../../tools/tool.ts'
import { toolFor } from '../../tools/tools.ts'

/** What a scratch database must come to, read from the live one in one snapshot. */
export type Live = {
  server: ServerVersion
  /** Who Belay is there: what it makes belongs to them. */
  user: string
  /** Owner of the database. */
  owner: string
  catalog: Catalog
  fingerprint: string
  /** What is applied, oldest first. */
  applied: readonly string[]
  /** Why the history cannot be trusted, in words; null: it can. */
  dirty: string | null
  /** The migrations of the release that is rehearsed, as its tool tells them beside this database. */
  files: readonly MigrationFile[]
  /** Rows of the history table, as JSON; null: there is no such table. */
  history: string | null
  /** Everybody whom something in the database names: owners, grants, policies. */
  roles: readonly Role[]
  /** `name=value`: settings of the database, and of its user. */
  settings: readonly string[]
}

/** `version` as the server says it, e.g. `18.1`. */
export type ServerVersion = { version: string; major: number }

/** `attributes`: as SQL. `memberOf`: only of others that are named here. */
export type Role = { name: string; attributes: string; memberOf: readonly string[] }

/** In a transaction that can write nothing. `known`: names that are remembered, for a history that holds less. */
export async function readLive(
  { url, environment }: Omit<Target, 'client'>,
  { release, known }: { release: Release; known: readonly string[] },
): Promise<Live> {
  const { settings } = release
  const tool = toolFor(settings)
  return await withClient(url, (client) =>
    readOnly(client, async () => {
      const target = { client, url, environment }
      const catalog = await readCatalog(client, settings)
      return {
        server: await serverVersion(client),
        ...(await whoAndWhose(client)),
        catalog,
        fingerprint: fingerprintOf(catalog),
        applied: await tool.history(target, { settings, release, known }),
        dirty: await tool.dirty(client, settings),
        files: await tool.files(release, target),
        history: await historyRows(client, settings),
        roles: await namedRoles(client),
        settings: await databaseSettings(client),
      }
    }),
  )
}

/** One snapshot, and not even a sequence moves. */
export async function readOnly<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
  await client.query('begin transaction isolation level repeatable read, read only')
  try {
    return await work()
  } finally {
    await client.query('rollback').catch(() => undefined)
  }
}

export async function serverVersion(client: pg.ClientBase): Promise<ServerVersion> {
  const { rows } = await client.query<{ version: string; number: string }>(
    `select split_part(current_setting('server_version'), ' ', 1) as version, current_setting('server_version_num') as number`,
  )
  return { version: rows[0]?.version ?? '', major: Math.floor(Number(rows[0]?.number) / 10_000) }
}

async function whoAndWhose(client: pg.ClientBase): Promise<{ user: string; owner: string }> {
  const { rows } = await client.query<{ user: string; owner: string }>(
    `select current_user::text as "user", pg_get_userbyid(datdba)::text as owner from pg_database where datname = current_database()`,
  )
  return { user: rows[0]?.user ?? '', owner: rows[0]?.owner ?? '' }
}

async function historyRows(client: pg.ClientBase, settings: MigrationSettings): Promise<string | null> {
  const { rows: found } = await client.query<{ there: boolean }>('select to_regclass($1) is not null as there', [
    qualified(settings),
  ])
  if (found[0]?.there !== true) return null
  const { rows } = await client.query<{ rows: string }>(
    `select coalesce(json_agg(t), '[]')::text as rows from ${qualified(settings)} as t`,
  )
  return rows[0]?.rows ?? '[]'
}

/** What depends on nobody else's role is the first superuser's, who is in no list. */
async function namedRoles(client: pg.ClientBase): Promise<Role[]> {
  const { rows } = await client.query<Role>(`
    with named as (
      select r.* from pg_roles r
      where r.rolname not like 'pg\\_%' and (r.oid = 10 or r.rolname = current_user or r.oid in (
        select refobjid from pg_shdepend where refclassid = 'pg_authid'::regclass
          and (dbid = (select oid from pg_database where datname = current_database())
            or (classid = 'pg_database'::regclass
              and objid = (select oid from pg_database where datname = current_database())))))
    )
    select rolname::text as name,
      concat_ws(' ', case when rolsuper then 'superuser' end, case when rolcreatedb then 'createdb' end,
        case when rolcreaterole then 'createrole' end, case when rolbypassrls then 'bypassrls' end,
        case when rolinherit then null else 'noinherit' end) as attributes,
      array(select m.rolname::text from pg_auth_members a join named m on m.oid = a.roleid
        where a.member = named.oid order by 1) as "memberOf"
    from named order by name`)
  return rows
}

async function databaseSettings(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ setting: string }>(
    `select unnest(setconfig) as setting from pg_db_role_setting
     where setdatabase in (0, (select oid from pg_database where datname = current_database()))
       and setrole in (0, (select oid from pg_roles where rolname = current_user))
     order by setrole, setdatabase`,
  )
  return rows.map(({ setting }) => setting)
}
