import { fingerprintOf, readCatalog } from '../../catalog/catalog.ts'
import { readMigrationDirectory } from '../migration-directory.ts'
import { splitStatements } from '../sql-statements.ts'
import type { ToolRun } from '../tool.ts'
import { pairsIn } from './pair.ts'

/** The statements of one way: in the transaction that is open, or one by one, each noted before and after. */
export async function runPair(run: ToolRun, direction: 'up' | 'down'): Promise<void> {
  const pair = pairsIn(await readMigrationDirectory(run)).find(({ name }) => name === run.file.name)
  const text = pair?.[direction]?.text
  // An empty text would "work", and the history would then lie.
  if (text === undefined) throw new Error(`${run.file.name}: expected its ${direction}, got no such file`)
  if (run.file[direction] === 'ours') {
    await run.client.query(text)
    return
  }
  const statements = splitStatements(text)
  for (let at = run.earlier?.done ?? 0; at < statements.length; at++) {
    const statement = statements[at] ?? ''
    const began = at === run.earlier?.done ? run.earlier.began : null
    if (began !== null && (await wasDone(run, statement, began))) continue
    await run.note({ done: at, began: fingerprintOf(await readCatalog(run.client, run.settings)) })
    await run.client.query(statement).catch(async (error: unknown) => {
      // It ended, badly: not the same as being cut off.
      if (isDatabaseError(error)) await run.note({ done: at, began: null })
      throw error
    })
    await run.note({ done: at + 1, began: null })
  }
}

/** What became of a statement during which its program was killed: the catalog tells, or nobody does. */
async function wasDone(run: ToolRun, statement: string, before: string): Promise<boolean> {
  const cutOff = `cut off in the middle of: ${statement.slice(0, 100)}`
  if (!/^(create|drop|alter|comment|grant|revoke|reindex|refresh|vacuum|analyze|cluster)\b/i.test(statement)) {
    throw new Error(`${cutOff}; it may or may not have happened: look at the rows and finish by hand`)
  }
  const catalog = await readCatalog(run.client, run.settings)
  const broken = catalog.find((object) => object.kind === 'index' && object.properties.valid === false)
  if (broken) throw new Error(`${cutOff}; index ${broken.name} is invalid: drop it by hand, then try again`)
  return fingerprintOf(catalog) !== before
}

function isDatabaseError(error: unknown): boolean {
  return error instanceof Error && 'severity' in error
}
