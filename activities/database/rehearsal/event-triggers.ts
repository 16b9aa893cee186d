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
    create schema belay_rehearsal;
    create table belay_rehearsal.held (relation text, mode text, primary key (relation, mode));
    create table belay_rehearsal.rewritten (relation text primary key);
    create function belay_rehearsal.note_locks() returns event_trigger language plpgsql security definer
      set search_path = pg_catalog as $$ begin
        insert into belay_rehearsal.held
          select distinct relation::int8::text, mode from pg_locks
          where pid = pg_backend_pid() and locktype = 'relation' and granted and relation >= 16384
          on conflict do nothing;
      end $$;
    create function belay_rehearsal.note_rewrite() returns event_trigger language plpgsql security definer
      set search_path = pg_catalog as $$ begin
        insert into belay_rehearsal.rewritten values (pg_event_trigger_table_rewrite_oid()::int8::text)
          on conflict do nothing;
      end $$;
    create event trigger belay_rehearsal_locks on ddl_command_end execute function belay_rehearsal.note_locks();
    create event trigger belay_rehearsal_rewrites on table_rewrite execute function belay_rehearsal.note_rewrite();
    -- Also in sessions that play a replica.
    alter event trigger belay_rehearsal_locks enable always;
    alter event trigger belay_rehearsal_rewrites enable always`)
}

/** What they have noted; they are gone afterwards. */
export async function takeRecorded(client: pg.ClientBase): Promise<{ held: Held[]; rewritten: string[] }> {
  const held = await client.query<Held>('select relation, mode from belay_rehearsal.held')
  const rewritten = await client.query<{ relation: string }>('select relation from belay_rehearsal.rewritten')
  await client.query(`${quietly} ${removal}`)
  return { held: held.rows, rewritten: rewritten.rows.map(({ relation }) => relation) }
}

const quietly = `select set_config('session_replication_role', 'replica', true);`

const removal = `
  drop event trigger if exists belay_rehearsal_locks;
  drop event trigger if exists belay_rehearsal_rewrites;
  drop schema if exists belay_rehearsal cascade;`
