import pg from 'pg'

/**
 * Makes what a condition of values that do not survive `type` needs, in the transaction that is open, and answers with
 * that condition. Numbers survive when they are equal afterwards, everything else when its text is.
 */
export async function lostIn(
  client: pg.ClientBase,
  { table, column, type }: { table: string; column: string; type: string },
): Promise<string> {
  const { rows } = await client.query<{ of: string; number: boolean; version: string }>(
    `select format_type(atttypid, atttypmod) as of, typcategory = 'N' as number, current_setting('server_version_num') as version
     from pg_attribute join pg_type t on t.oid = atttypid
     where attrelid = $1::regclass and quote_ident(attname) = $2 and not attisdropped`,
    [table, column],
  )
  const [found] = rows
  if (!found) throw new Error(`${table} has no column ${column}`)
  const same = (value: string) =>
    found.number
      ? `(${value}::${type})::${found.of} = ${value}`
      : `(${value}::${type})::text = ${value}::text collate "C"`
  const body = `begin return ${same('value')}; exception when others then return false; end`
  await client.query(
    `create function pg_temp.belay_survives(value ${found.of}) returns boolean language plpgsql as ${pg.escapeLiteral(body)}`,
  )
  const survives = `pg_temp.belay_survives(${column})`
  if (Number(found.version) < 160_000) return `${column} is not null and not ${survives}`
  // Catching an error costs a subtransaction for each row; most rows can be asked for less since Postgres 16.
  const valid = `pg_input_is_valid(${column}::text, ${pg.escapeLiteral(type)})`
  const quickly = `case when ${valid} then ${same(column)} else false end`
  return `${column} is not null and not case when ${quickly} then true else ${survives} end`
}
