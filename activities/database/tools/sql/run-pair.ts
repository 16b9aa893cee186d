import { lastName } from '../../../../src/domain/catalog/catalog.ts'
import { isErrno } from '../../../disk/atomic.ts'
import { fingerprintOf, readCatalog } from '../../catalog/catalog.ts'
import { saying } from '../../client.ts'
import { indexesIn, invalidIndexes, removeInvalidIndexes } from '../../invalid-indexes.ts'
import { readMigrationDirectory } from '../migration-directory.ts'
import { splitStatements } from '../sql-statements.ts'
import type { ToolRun } from '../tool.ts'
import { layouts } from './layouts.ts'
import { pairsIn } from './pair.ts'

/** The statements of one way: in the transaction that is open, or one by one, each noted before and after. */
export async function runPair(run: ToolRun, direction: 'up' | 'down'): Promise<void> {
  const isOf = (path: string) => layouts.some((layout) => layout.partOf(path)?.name === run.file.name)
  const pair = pairsIn(await readMigrationDirectory(run, isOf)).find(({ name }) => name === run.file.name)
  const text = pair?.[direction]?.text
  // An empty text would "work", and the history would then lie.
  if (text === undefined) throw new Error(`${run.file.name}: expected its ${direction}, got no such file`)
  if (run.file[direction] === 'ours') {
    await run.client.query(text).catch((error: unknown) => {
      throw isDatabaseError(error) && isErrno(error, '25001') ? outside(error, run.url) : error
    })
    return
  }
  const statements = splitStatements(text)
  for (let at = run.earlier?.done ?? 0; at < statements.length; at++) {
    const statement = statements[at] ?? ''
    const earlier = at === run.earlier?.done ? run.earlier : null
    const removed = earlier?.indexes ? await removeInvalidIndexes(run.client, run.settings, earlier.indexes) : ''
    if (earlier !== null && earlier.began !== null && (await wasDone(run, statement, earlier.began, removed))) continue
    await runStatement(run, statement, at)
  }
}

/** What cannot run in a transaction does so where the file says it. */
function outside(error: unknown, url: string): Error {
  return new Error(`${saying(error, url)}; begin the file with "-- belay: no transaction"`, { cause: error })
}

async function runStatement(run: ToolRun, statement: string, at: number): Promise<void> {
  const catalog = await readCatalog(run.client, run.settings)
  await run.note({ done: at, began: fingerprintOf(catalog), indexes: indexesIn(catalog) })
  await run.client.query(statement).catch(async (error: unknown) => {
    if (!isDatabaseError(error)) throw error
    const removed = await removeInvalidIndexes(run.client, run.settings, indexesIn(catalog))
    // It ended, badly: not the same as being cut off.
    await run.note({ done: at, began: null, indexes: indexesIn(catalog) })
    const said = saying(error, run.url)
    const inTheWay = invalidIndexes(catalog).filter((index) =>
      said.includes(`"${lastName(index).replace(/^"|"$/g, '')}"`),
    )
    const stood = inTheWay.map((index) => `index ${index} was there before, invalid: drop it, then try again`)
    if (removed === '' && stood.length === 0) throw error
    throw new Error([said, ...stood, removed].filter((words) => words !== '').join('; '))
  })
  await run.note({ done: at + 1, began: null })
}

/** What became of a statement during which its program was killed: the catalog tells, or nobody does. */
async function wasDone(run: ToolRun, statement: string, before: string, removed: string): Promise<boolean> {
  const cutOff = `cut off in the middle of: ${statement.slice(0, 100)}`
  if (!/^(create|drop|alter|comment|grant|revoke|reindex|refresh|vacuum|analyze|cluster)\b/i.test(statement)) {
    throw new Error(`${cutOff}; it may or may not have happened: look at the rows and finish by hand`)
  }
  const indexes = run.earlier?.indexes ?? []
  const catalog = await readCatalog(run.client, run.settings)
  const invalid = invalidIndexes(catalog)
  const broken = invalid.find((index) => !indexes.includes(index))
  if (broken) throw new Error(`${cutOff}; ${removed || `index ${broken} is invalid: drop it by hand, then try again`}`)
  // DROP INDEX CONCURRENTLY makes it invalid first.
  if (/^drop\s+index\b/i.test(statement) && invalid.some((index) => statement.includes(lastName(index)))) return false
  return fingerprintOf(catalog) !== before
}

function isDatabaseError(error: unknown): boolean {
  return error instanceof Error && 'severity' in error
}
