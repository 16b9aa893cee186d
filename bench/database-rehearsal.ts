import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withClient } from '../activities/database/client.ts'
import { rehearseHistory } from '../activities/database/rehearsal/history.ts'
import { createObserver } from '../activities/database/rehearsal/observe/observer.ts'
import { atMost, type Measured, median, timeOf } from './measured.ts'

const migrations = 40
/** Beside the SQL itself, for each migration. */
const aimMs = 50

/** A whole history forth, back and forth again with its locks looked at, as `rehearse --all` does, against nothing but its SQL; the difference is divided by the migrations. */
export async function measureRehearsal(url: string): Promise<Measured[]> {
  const releaseDirectory = await mkdtemp(join(tmpdir(), 'belay-bench-release-'))
  const texts = Array.from({ length: migrations }, (_, at) => migrationOf(at))
  await mkdir(join(releaseDirectory, 'migrations'))
  for (const [at, { up, down }] of texts.entries()) {
    const name = join(releaseDirectory, 'migrations', String(at + 1).padStart(3, '0'))
    await writeFile(`${name}_step.up.sql`, up)
    await writeFile(`${name}_step.down.sql`, down)
  }
  const settings = {
    tool: 'sql' as const,
    directory: 'migrations',
    table: 'schema_migrations',
    schema: 'public',
    additive: 'all' as const,
    timeoutMs: 60_000,
    lockTimeoutMs: 1_000,
  }
  const times = { walked: [] as number[], bare: [] as number[] }
  try {
    for (let round = 0; round < 3; round++) {
      times.walked.push(
        await timeOf(() => {
          const observer = createObserver(settings)
          return rehearseHistory({
            release: { releaseDirectory, settings },
            server: { url },
            environment: {},
            observer,
          })
        }),
      )
      times.bare.push(await timeOf(() => bareSql(url, texts)))
    }
  } finally {
    await rm(releaseDirectory, { recursive: true, force: true })
  }
  const [ms, baseMs] = [median(times.walked), median(times.bare)]
  const walked = { name: `rehearsal, ${migrations} migrations`, ms, base: 'their SQL three times', baseMs }
  return [
    { ...walked, ratio: ms / baseMs, aim: null },
    atMost('rehearsal beside the SQL, a migration', (ms - baseMs) / migrations, aimMs),
  ]
}

/** In a schema that goes with it. */
async function bareSql(url: string, texts: readonly { up: string; down: string }[]): Promise<void> {
  await withClient(url, async (client) => {
    await client.query('create schema bare; set search_path = bare')
    for (const { up, down } of texts) for (const sql of [up, down, up]) await client.query(sql)
    await client.query('drop schema bare cascade')
  })
}

/** A table, then what is done to tables: a column with a default, an index, a constraint. */
function migrationOf(at: number): { up: string; down: string } {
  const table = `t${Math.floor(at / 4)}`
  const steps = [
    { up: `create table ${table} (id serial primary key, name text)`, down: `drop table ${table}` },
    {
      up: `alter table ${table} add column kind text not null default 'x'`,
      down: `alter table ${table} drop column kind`,
    },
    { up: `create index ${table}_kind on ${table} (kind)`, down: `drop index ${table}_kind` },
    {
      up: `alter table ${table} add constraint ${table}_named check (name <> '')`,
      down: `alter table ${table} drop constraint ${table}_named`,
    },
  ]
  return steps[at % 4] ?? { up: 'select 1', down: 'select 1' }
}
