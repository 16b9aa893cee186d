import pg from 'pg'
import { type Catalog, type CatalogObject, columnOrder, logicalCatalog } from '../../../src/domain/catalog/catalog.ts'
import { isEarlier } from '../../../src/domain/catalog/earlier.ts'
import type { JsonValue } from '../../../src/domain/check.ts'
import { isRecord } from '../../../src/domain/is-record.ts'
import { readJson, writeJson } from '../../disk/atomic.ts'
import { sha256OfData } from '../../disk/sha256.ts'
import { hostPaths } from '../../host/paths.ts'
import { withSettings } from '../client.ts'
import { catalogQuery, catalogSettings } from './catalog-query.ts'
import { asPostgres16Prints } from './view-text.ts'

type HistoryTable = { schema: string; table: string }

/** Everything in the database but rows and the tool's own history table, read in one statement. Postgres 14 and later. */
export async function readCatalog(client: pg.ClientBase, own: HistoryTable): Promise<Catalog> {
  return await withSettings(client, catalogSettings, () => readCatalogAsSet(client, own))
}

/** The same for who reads more than once and has seen to `catalogSettings`. */
export async function readCatalogAsSet(client: pg.ClientBase, own: HistoryTable): Promise<Catalog> {
  const version = await prepared(client)
  const call = `execute belay_catalog(${pg.escapeLiteral(own.schema)}, ${pg.escapeLiteral(own.table)})`
  const { rows } = await client.query<Row>(call)
  return rows
    .map(objectOf)
    .map((object) => (version < 160_000 ? asPrintedSince16(object) : object))
    .sort(asTheyStand)
}

/**
 * The server answers in whatever order its hash joins come out, and what is counted for a person is counted in the
 * order of the catalog: table by table as they were made, column by column.
 */
function asTheyStand(one: CatalogObject, other: CatalogObject): number {
  const relation = (one.place?.relation ?? 0) - (other.place?.relation ?? 0)
  const position = (one.place?.position ?? 0) - (other.place?.position ?? 0)
  return relation || position || (`${one.kind} ${one.name}` < `${other.kind} ${other.name}` ? -1 : 1)
}

/** sha256 (hex) over the logical catalog: the same schema, the same fingerprint, wherever its columns stand. */
export function fingerprintOf(catalog: Catalog): string {
  return sha256OfData(logicalCatalog(catalog))
}

/** sha256 (hex) over the logical catalog and the order of every table's columns. */
export function physicalFingerprintOf(catalog: Catalog): string {
  return sha256OfData([logicalCatalog(catalog), columnOrder(catalog)])
}

/** Keeps the catalog on the host under its fingerprint, which is returned. Keeping it again is harmless. */
export async function storeCatalog(directory: string, catalog: Catalog): Promise<string> {
  const fingerprint = fingerprintOf(catalog)
  await writeJson(hostPaths(directory).catalog(fingerprint), catalog)
  return fingerprint
}

/** null: not kept on this host. One of an earlier build is held against another only by `diffCatalogs`. */
export async function loadCatalog(directory: string, fingerprint: string | null): Promise<Catalog | null> {
  if (fingerprint === null) return null
  return await readJson(hostPaths(directory).catalog(fingerprint), (value) => {
    if (!isCatalog(value) || fingerprintOf(value) !== fingerprint) throw new Error('not the catalog of that name')
    return isEarlier(value) ? value.map(asPrintedSince16) : value
  })
}

function asPrintedSince16(object: CatalogObject): CatalogObject {
  const { definition } = object.properties
  if (!object.kind.endsWith('view') || typeof definition !== 'string') return object
  return { ...object, properties: { ...object.properties, definition: asPostgres16Prints(definition) } }
}

/**
 * Planning so long a statement takes longer than running it, so it is planned once a connection. The server is asked
 * whether it still knows it: a migration may have said DEALLOCATE ALL. Answers `server_version_num`.
 */
async function prepared(client: pg.ClientBase): Promise<number> {
  const { rows } = await client.query<{ version: string; known: boolean }>(
    `select current_setting('server_version_num') as version,
      exists (select from pg_prepared_statements where name = 'belay_catalog') as known`,
  )
  const version = Number(rows[0]?.version)
  if (!rows[0]?.known) await client.query(`prepare belay_catalog (name, name) as ${catalogQuery(version)}`)
  return version
}

type Row = {
  kind: string
  name: string
  table: string | null
  relation: string | number | null
  position: number | null
  properties: { [property: string]: JsonValue }
}

function objectOf({ kind, name, table, relation, position, properties }: Row): CatalogObject {
  const place = relation === null ? null : { relation: Number(relation), position: position ?? 0 }
  return { kind, name, table, place, properties }
}

function isCatalog(value: unknown): value is Catalog {
  return Array.isArray(value) && value.every((object) => isRecord(object) && typeof object.name === 'string')
}
