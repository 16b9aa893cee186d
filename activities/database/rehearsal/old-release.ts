import { type ExecFileException, execFile } from 'node:child_process'
import type pg from 'pg'
import { codeWords } from '../../../src/domain/exit-words.ts'
import type { EnvironmentVariables } from '../../../src/domain/reference.ts'
import type { Rehearsal } from '../../../src/domain/rehearsal/rehearsal.ts'
import { saying, withClient } from '../client.ts'
import type { RehearsalOrder } from './order.ts'
import { readOnly } from './scratch/live.ts'

type Answer = { name: string; ok: boolean; detail: string }
type Asked = {
  oldRelease: RehearsalOrder['oldRelease']
  statementMs: number
  environment: EnvironmentVariables
}

/**
 * What the live release can still do on the migrated schema: its queries, each in a transaction that can write nothing,
 * and its command, run in its own directory on the scratch database. null: nothing was given to ask, or nothing is live.
 */
export async function askOldRelease(url: string, asked: Asked): Promise<Rehearsal['oldRelease']> {
  const { queries, command, directory } = asked.oldRelease
  if (directory === null || (queries.length === 0 && command === null)) return null
  const answers = await withClient(url, async (client) => {
    const said: Answer[] = []
    for (const [at, query] of queries.entries()) {
      said.push(await askQuery(client, { ...query, prepared: `belay_${at}` }, { ...asked, url }))
    }
    return said
  })
  if (command !== null) answers.push(await askCommand(command, { ...asked, url, cwd: directory }))
  return { works: answers.every(({ ok }) => ok), answers }
}

async function askQuery(
  client: pg.Client,
  { name, sql, prepared }: { name: string; sql: string; prepared: string },
  { url, statementMs }: { url: string; statementMs: number },
): Promise<Answer> {
  try {
    return await readOnly(client, async () => {
      await client.query(`select set_config('statement_timeout', $1, true)`, [`${Math.ceil(statementMs)}ms`])
      // As a prepared statement it is one statement: it cannot end the transaction that keeps it from writing.
      const { rowCount } = await client.query({ name: prepared, text: sql })
      return { name, ok: true, detail: `${rowCount ?? 0} rows` }
    })
  } catch (error) {
    return { name, ok: false, detail: saying(error, url).slice(0, 300) }
  }
}

async function askCommand(
  [program = '', ...args]: readonly string[],
  { url, cwd, oldRelease, statementMs, environment }: Asked & { url: string; cwd: string },
): Promise<Answer> {
  const name = [program, ...args].join(' ')
  const { variable } = oldRelease
  if (variable === null) {
    const detail =
      'database.url: expected one reference and nothing else (${env:NAME}), so that the command can be given another address'
    return { name, ok: false, detail }
  }
  const env = { ...environment, [variable]: url }
  return await new Promise((resolve) => {
    // It may print much before it says what is wrong; only the end is told.
    const limits = { timeout: statementMs, killSignal: 'SIGKILL', maxBuffer: 10_000_000 } as const
    execFile(program, args, { cwd, env, ...limits }, (error, stdout, stderr) => {
      if (error === null) return resolve({ name, ok: true, detail: 'exit 0' })
      const how = error.killed ? `no end within ${statementMs} ms` : `exit ${endOf(error)}`
      const tail = saying(new Error(`${stdout}${stderr}`.trim().slice(-300)), url).replaceAll(/\s+/g, ' ')
      resolve({ name, ok: false, detail: `expected exit 0, got ${how}${tail === '' ? '' : `: ${tail}`}` })
    })
  })
}

/** Node has no number for a program that it could not start. */
function endOf({ code, signal }: ExecFileException): string {
  return typeof code === 'string' ? code : codeWords({ exitCode: code ?? null, signal: signal ?? null })
}
