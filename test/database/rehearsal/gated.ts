import { randomUUID } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { environmentOf, listProcesses, wordsOf } from '../../../activities/process/proc.ts'
import { eventually } from '../../support/eventually.ts'
import { query } from '../../support/postgres.ts'

/** SQL that waits, in whatever database it runs, until `open` is called. Its role must be a superuser. */
export function gate() {
  const file = join(tmpdir(), `belay-gate-${randomUUID()}`)
  onTestFinished(() => rm(file, { force: true }))
  return {
    sql: `do $$ begin while pg_stat_file('${file}', true) is null loop perform pg_sleep(0.05); end loop; end $$;`,
    open: () => writeFile(file, ''),
    /** The scratch database in which somebody waits, and the pid of that session, once there is one. */
    async waiting(server: string, { not = '' } = {}): Promise<{ database: string; session: number }> {
      return await eventually(
        'a migration at its gate',
        async () => {
          const [row] = await query(
            server,
            `select datname, pid from pg_stat_activity
             where query like '%${file}%' and datname like 'belay\\_scratch\\_%' and pid <> pg_backend_pid() and datname <> '${not}'`,
          )
          return row && { database: String(row.datname), session: Number(row.pid) }
        },
        60_000,
      )
    },
  }
}

/** Pids of the detached rehearsals of the service in this directory, and of what they started: read from the machine. */
export function rehearsalsIn(directory: string): { program: number | null; others: number[] } {
  const own = listProcesses().filter(({ pid }) => {
    const told = [...wordsOf(pid), ...(environmentOf(pid)?.values() ?? [])]
    return pid !== process.pid && told.some((value) => value.includes(directory))
  })
  const program = own.find(({ pid }) => environmentOf(pid)?.get('BELAY_ORDER')?.includes('"commit"') === true)
  return { program: program?.pid ?? null, others: own.map(({ pid }) => pid).filter((pid) => pid !== program?.pid) }
}

export async function databasesLeft(server: string, names: readonly string[]): Promise<string[]> {
  const list = names.map((name) => `'${name}'`).join(', ')
  const rows = await query(server, `select datname from pg_database where datname in (${list})`)
  return rows.map(({ datname }) => String(datname))
}
