import { withClient } from '../../activities/database/client.ts'

/**
 * What `work` left on a server beside its own databases, in words: `role app, database shop`; null: nothing. Migrations may
 * make both, and no drop of a database takes them along. Others work on that server too: only what `texts` name counts.
 */
export async function leftOnServer<T>(
  { url, texts }: { url: string; texts: readonly string[] },
  work: () => Promise<T>,
): Promise<{ result: T; left: string | null }> {
  const before = new Set((await everybodys(url)).map(words))
  const result = await work()
  const left = (await everybodys(url)).filter(
    (one) => !before.has(words(one)) && texts.some((text) => text.includes(one.name)),
  )
  return { result, left: left.length === 0 ? null : left.map(words).join(', ') }
}

type Everybodys = { kind: string; name: string }

function words({ kind, name }: Everybodys): string {
  return `${kind} ${name}`
}

async function everybodys(url: string): Promise<Everybodys[]> {
  return await withClient(url, async (client) => {
    const { rows } = await client.query<Everybodys>(
      `select 'role' as kind, rolname::text as name from pg_roles
       union all select 'database', datname::text from pg_database order by 1, 2`,
    )
    return rows
  })
}
