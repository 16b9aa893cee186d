import { once } from 'node:events'
import { expect } from 'vitest'
import { applyPending } from '../../../activities/database/apply/apply.ts'
import { readCatalog, storeCatalog } from '../../../activities/database/catalog/catalog.ts'
import { migrateOrder, revertOrder } from '../../../activities/database/orders.ts'
import { revertApplied } from '../../../activities/database/revert/revert.ts'
import { migrateStep, revertStep } from '../../../activities/database/run-programs.ts'
import type { Step } from '../../../activities/step/steps.ts'
import { eventually } from '../../support/eventually.ts'
import { historyIn, type Killable, killable } from '../killable.ts'
import { createWorld, type DatabaseWorld, withClient } from '../world.ts'

/** What a revert of three migrations is killed at, in the order in which it comes there. */
export const points = [
  ...ofMigration('003_c', ['drop index c_id', 'drop table c']),
  ...ofMigration('002_b', ['drop index concurrently b_id', 'drop table b']),
  ...ofMigration('001_a', ['drop table a']),
]

/** `gone`: the server has not finished the statement. `committed`: it has, and the program never heard of it. */
export type Way = 'gone' | 'committed'

/** The next attempt finishes it, and the one after that finds nothing left to do. */
export async function expectFinished(at: number, way: Way): Promise<void> {
  const killed = await killedAt(at, way)
  try {
    for (let attempt = 1; attempt <= 2; attempt++) {
      expect(await killed.again()).toMatchObject({ losses: [], failure: null })
      expect(await killed.isBack()).toBe(true)
    }
  } finally {
    await killed.stop()
  }
}

const base = { '000_base.up.sql': 'create table base (id int)', '000_base.down.sql': 'drop table base' }

const files = {
  ...base,
  '001_a.up.sql': 'create table a (id int)',
  '001_a.down.sql': 'drop table a',
  '002_b.up.sql':
    '-- belay: no transaction\ncreate table b (id int, note text);\ncreate index concurrently b_id on b (id);',
  '002_b.down.sql': '-- belay: no transaction\ndrop index concurrently b_id;\ndrop table b;',
  '003_c.up.sql': 'create table c (id int); create index c_id on c (id)',
  '003_c.down.sql': 'drop index c_id; drop table c',
}

/**
 * Every DDL statement and every row that leaves the history passes a gate, before and after, and once more at the
 * commit; the gate whose number is armed is closed for as long as the test holds lock 42.
 */
const gates = `
  create sequence passed; create table armed (at int);
  create function gate() returns void language plpgsql as $$
  begin
    if current_setting('application_name') = 'belay' and nextval('passed') = (select at from armed) then
      perform pg_advisory_lock(42);
      perform pg_advisory_unlock(42);
    end if;
  end $$;
  create function at_ddl() returns event_trigger language plpgsql as $$ begin perform public.gate(); end $$;
  create function at_row() returns trigger language plpgsql as $$
  begin
    perform public.gate();
    return old;
  end $$;
  create event trigger ddl_start on ddl_command_start execute function at_ddl();
  create event trigger ddl_end on ddl_command_end execute function at_ddl();
  create trigger before_row before delete on schema_migrations for each row execute function at_row();
  create trigger row_gone after delete on schema_migrations for each row execute function at_row();
  create constraint trigger to_be_committed after delete on schema_migrations deferrable initially deferred
    for each row execute function at_row();`

/**
 * A world where three migrations are applied on top of one that stays, killed while it reverts them at that point. Only
 * what is killed runs in a process of its own.
 */
async function killedAt(at: number, way: Way) {
  const world = await createWorld()
  const programs = killable(world)
  await apply(world, await world.release('1.0.0', base), ['000_base'])
  await world.query(gates)
  const before = await fingerprint(world)
  await world.deployment('d2')
  const releaseDirectory = await world.release('1.1.0', files)
  await apply(world, releaseDirectory, ['001_a', '002_b', '003_c'])
  await world.query(`insert into armed values (${at}); select setval('passed', 1, false)`)
  const { order, database } = world
  const migrations = ['003_c', '002_b', '001_a'].map((name) => ({ name, releaseDirectory }))
  const after = await fingerprint(world)
  const step = revertStep({ order, database, try: 1, migrations, before, after, onLoss: 'keep' })
  await killedAtGate(world, programs, step, way)
  await world.query('delete from armed')
  return {
    again: async () => await revertApplied(revertOrder.parse(toldBy(step)), programWorld(world)),
    /** Exactly what was there before the three. */
    isBack: async () => (await historyIn(world)).join() === '000_base' && (await fingerprint(world)) === before,
    stop: async () => {
      programs.stop()
      await world.stop()
    },
  }
}

async function apply(world: DatabaseWorld, releaseDirectory: string, pending: string[]): Promise<void> {
  const { order, database } = world
  const step = migrateStep({ order, database, releaseDirectory, pending, try: 1 })
  const failure = await applyPending(migrateOrder.parse(toldBy(step)), programWorld(world))
  if (failure !== null) throw new Error(failure.message)
}

function toldBy({ env }: Step): unknown {
  return JSON.parse(env?.BELAY_ORDER ?? '')
}

function programWorld({ url }: DatabaseWorld) {
  return { url, environment: process.env }
}

async function fingerprint(world: DatabaseWorld): Promise<string> {
  return await withClient(world.url, async (client) =>
    storeCatalog(world.directory, await readCatalog(client, world.database.migrations)),
  )
}

async function killedAtGate(
  world: DatabaseWorld,
  programs: Killable,
  step: Parameters<Killable['start']>[0],
  way: Way,
): Promise<void> {
  await programs.whileHeld(async (release) => {
    const child = programs.start(step)
    await programs.waiting()
    if (way === 'gone') return await programs.killWithSession(child)
    // Stopped, it takes no step after the one that the server is at.
    child.kill('SIGSTOP')
    await release()
    await eventually('the server done with it', async () => {
      const rows = await world.query<{ state: string }>(
        `select state from pg_stat_activity where application_name = 'belay' and datname = current_database()`,
      )
      return rows.every(({ state }) => state !== 'active')
    })
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  })
}

function ofMigration(name: string, statements: readonly string[]): string[] {
  return [
    ...statements.flatMap((statement) => [`${name}, before ${statement}`, `${name}, after ${statement}`]),
    `${name}, before its row goes`,
    `${name}, after its row went`,
    `${name}, at the commit`,
  ]
}
