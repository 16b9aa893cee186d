import type pg from 'pg'
import type { Held } from './locks.ts'

/**
 * Two event triggers, in whatever session a statement runs: at the end of each command its transaction still holds all
 * its locks, and a rewrite of a table is told by the server itself. Only a superuser may make them (42501 otherwise).
 * The service's own event triggers are not asked about what is made and removed here.
 */
export async function installTriggers(client: pg.ClientBase): Promise<void> {
  await client.query(`
    ${quietly}
    ${removal}
    -- Of a fixed length: nothing that needs a table of its own beside it.
    create table ${noted} (relation oid, mode name, primary key (relation, mode));
    create function ${noted}_locks() returns event_trigger language plpgsql security definer
      set search_path = pg_catalog as $$ begin
        insert into ${noted}
          select distinct relation, mode from pg_locks
          where pid = pg_backend_pid() and locktype = 'relation' and granted and relation >= 16384
          on conflict do nothing;
      end $$;
    create function ${noted}_rewrites() returns event_trigger language plpgsql security definer
      set search_path = pg_catalog as $$ begin
        insert into ${noted} values (pg_event_trigger_table_rewrite_oid(), '${rewritten}') on conflict do nothing;
      end $$;
    create event trigger belay_rehearsal_locks on ddl_command_end execute function ${noted}_locks();
    create event trigger belay_rehearsal_rewrites on table_rewrite execute function ${noted}_rewrites();
    -- Also in sessions that play a replica.
    alter event trigger belay_rehearsal_locks enable always;
    alter event trigger belay_rehearsal_rewrites enable always`)
}

/** What they have noted; they are gone afterwards. */
export async function takeRecorded(client: pg.ClientBase): Promise<{ held: Held[]; rewritten: string[] }> {
  const { rows } = await client.query<Held>(`select relation::int8::text as relation, mode::text as mode from ${noted}`)
  await client.query(`${quietly} ${removal}`)
  return {
    held: rows.filter(({ mode }) => mode !== rewritten),
    rewritten: rows.flatMap(({ relation, mode }) => (mode === rewritten ? [relation] : [])),
  }
}

/**
 * In a schema that every database has, and that is nobody's own. A schema made for this would have the server plan anew
 * all that it has planned, the reading of the catalog with it, for each migration; so would another role in replication,
 * which is taken only where there are event triggers to be kept quiet.
 */
const noted = 'information_schema.belay_rehearsal'

const rewritten = 'rewritten'

const quietly = `select set_config('session_replication_role', 'replica', true)
  where exists (select from pg_event_trigger where evtname not like 'belay\\_rehearsal\\_%');`

const removal = `
  drop event trigger if exists belay_rehearsal_locks;
  drop event trigger if exists belay_rehearsal_rewrites;
  drop function if exists ${noted}_locks;
  drop function if exists ${noted}_rewrites;
  drop table if exists ${noted};`
