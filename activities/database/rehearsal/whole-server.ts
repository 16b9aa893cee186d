import { randomInt } from 'node:crypto'
import { withClient } from '../client.ts'
import { placedStatements } from '../tools/sql-statements.ts'
import type { MigrationFile } from '../tools/tool.ts'
import { readOnly } from './scratch/live.ts'

/** Do both addresses lead to one server, however they are written? A lock of one is listed by the other then. */
export async function isOneServer(one: string, other: string): Promise<boolean> {
  const key = [randomInt(2 ** 31), randomInt(2 ** 31)]
  return await withClient(one, (first) =>
    readOnly(first, async () => {
      await first.query('select pg_advisory_xact_lock($1::int, $2::int)', key)
      return await withClient(other, async (second) => {
        const asked = `select from pg_locks where locktype = 'advisory' and classid::int8 = $1 and objid::int8 = $2 and objsubid = 2`
        return (await second.query(asked, key)).rowCount !== 0
      })
    }),
  )
}

/**
 * What reaches beyond a migration's own database, in its words: `002_app: create role`; null: nothing is seen. Roles,
 * databases and settings of a server are the same for all its databases, a scratch one among them.
 */
export function reachesWholeServer(files: readonly MigrationFile[]): string | null {
  for (const { name, sections } of files) {
    for (const { text } of sections.flatMap(({ sql }) => placedStatements(sql))) {
      // A column may be called `role`.
      const found = /^alter\s+table\b/i.test(text) ? null : wholeServer.exec(text)
      if (found) return `${name}: ${found[0].toLowerCase().replace(/\s+/g, ' ')}`
    }
  }
  return null
}

/** Also inside a block, and inside what a block puts together. */
const wholeServer =
  /\b(?:create|alter|drop)\s+(?:role|user(?!\s+mapping)|group|database|tablespace)\b|\balter\s+system\b|\b(?:reassign|drop)\s+owned\b/i
