import type pg from 'pg'

/**
 * Runs `work` and puts every sequence back to where it stood: numbers are drawn for good, also by what is rolled back, and
 * the next way forth must begin where a first one would.
 */
export async function withSequencesKept<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
  const before = await positions(client)
  const result = await work()
  const now = new Map((await positions(client)).map((one) => [one.name, one]))
  for (const { name, last, called } of before) {
    const is = now.get(name)
    if (is && (is.last !== last || is.called !== called))
      await client.query('select setval($1::regclass, $2::bigint, $3::boolean)', [name, last, called])
  }
  return result
}

type Position = { name: string; last: string; called: boolean }

async function positions(client: pg.ClientBase): Promise<Position[]> {
  const { rows } = await client.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'S' and n.nspname !~ '^pg_'`,
  )
  if (rows.length === 0) return []
  const asked = rows.map(
    ({ name }, at) => `select $${at + 1}::text as name, last_value::text as last, is_called as called from ${name}`,
  )
  const names = rows.map(({ name }) => name)
  return (await client.query<Position>(asked.join(' union all '), names)).rows
}
