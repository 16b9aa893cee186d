import { patched } from '@temporalio/workflow'
import type { DatabasePlan } from '../../src/domain/plan.ts'
import type { KnownMigrations, LookedAtRehearsals } from '../../src/domain/preview/known-migrations.ts'
import { schemaChange } from '../../src/domain/preview/schema.ts'
import { act, anywhere, onHost } from '../proxies.ts'
import { orderFor, type Run } from '../run/run.ts'
import { messageOf } from '../run/trouble.ts'

/**
 * What kept rehearsals and a reading of the files say of the pending migrations. Nothing is rehearsed. Whatever does not
 * answer is said, and no reason to refuse: it is not the gate.
 */
export async function knownMigrations(run: Run, changes: Promise<unknown>): Promise<KnownMigrations | null> {
  const { database } = run.plan
  if (!database) return null
  const looked = await looking(run, database)
  if (looked.state === 'away') await changes
  const pending = looked.state === 'looked' ? looked.pending : addedByCommit(run)
  const unread = pending.filter(({ warnings }) => warnings === null).map(({ name }) => name)
  const { read, silent } = await reading(run, database, unread)
  return {
    pending: pending.map((one) => ({ ...one, warnings: one.warnings ?? read.get(one.name) ?? [] })),
    unknown: looked.state === 'looked' ? null : looked.why,
    silent,
  }
}

/** The first host leads, as everywhere: it reaches the database, and keeps what was rehearsed. */
async function looking(run: Run, database: DatabasePlan): Promise<LookedAtRehearsals> {
  const { release, repository, hosts } = run.plan
  const [host] = hosts
  if (database.migrations.tool === 'commands' || host === undefined) return { state: 'away', why: ownCommands }
  try {
    const listed = { id: 'migrations of the release', summary: `${database.migrations.directory} in git` }
    const files = await act(anywhere('probe').readMigrationFiles, listed, { repository, release, database })
    const data = await givenRows(run, database)
    const row = { id: 'kept rehearsals', summary: `what is pending, and what was rehearsed of it` }
    const { directory } = orderFor(run, host)
    const asked = { order: { directory }, database, files, ...data }
    return await act(onHost(host, 'probe').lookAtRehearsals, row, asked)
  } catch (error) {
    return { state: 'away', why: messageOf(error) }
  }
}

/** A rehearsal over other rows is another one. Runs of earlier versions did not ask, and are replayed as they were. */
async function givenRows({ plan }: Run, database: DatabasePlan): Promise<{ data?: string | null }> {
  const file = database.rehearsal?.data ?? null
  if (file === null) return { data: null }
  if (!patched('plans-know-the-rows')) return {}
  const { release, repository } = plan
  const row = { id: 'rows for rehearsals', summary: `${file} in git` }
  const data = await act(anywhere('probe').readRehearsalData, row, { repository, release, database, file })
  // What only a build makes is not in git, and nothing is said of it.
  return data === null ? {} : { data }
}

const ownCommands = "the release's own commands say what is pending, and a plan runs none of them"

type Pending = Extract<LookedAtRehearsals, { state: 'looked' }>['pending']

function addedByCommit({ plan, changes }: Run): Pending {
  const { added } = schemaChange(plan, { changes })
  return (added ?? []).map((name) => ({ name, rehearsal: null, warnings: null }))
}

async function reading(run: Run, database: DatabasePlan, names: readonly string[]) {
  const { release, repository } = run.plan
  if (names.length === 0) return { read: new Map<string, never>(), silent: null }
  try {
    const row = { id: 'migrations read', summary: 'what they destroy and lock, as far as reading tells' }
    const order = { repository, release, database, names }
    const { migrations, silent } = await act(anywhere('probe').readMigrationWarnings, row, order)
    return { read: new Map(migrations.map(({ name, warnings }) => [name, warnings])), silent }
  } catch (error) {
    return { read: new Map<string, never>(), silent: `the migrations were not read: ${messageOf(error)}` }
  }
}
