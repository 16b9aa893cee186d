import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { storeCatalog } from '../../../activities/database/catalog/catalog.ts'
import { hostPaths } from '../../../activities/host/paths.ts'
import type { Catalog, CatalogObject } from '../../../src/domain/catalog/catalog.ts'
import { withClient } from '../world.ts'
import { freshWorlds } from './shop.ts'

const world = freshWorlds()

/** A bit of everything that was written otherwise. */
const base = `
  create type mood as enum ('calm', 'angry');
  create domain email as text check (value like '%@%');
  create table users (id bigint generated always as identity primary key, mail email not null, now mood default 'calm',
    loud text generated always as (upper(mail::text)) stored);
  create table events (at int not null) partition by range (at);
  create table events_a partition of events for values from (0) to (10);
  create function touch() returns trigger language plpgsql as $$ begin return new; end $$;
  create function first_of(a int, b text default 'x') returns int language sql as $$ select a $$;
  create aggregate total(int) (sfunc = int4pl, stype = int);
  create trigger touch before update on users for each row execute function touch();
  alter table users enable row level security;
  create policy own on users for select using (mail::text = current_user);
  create view mails as select mail from users where id > 0;
  grant select on users to public;
  comment on table users is 'who';`

const files = {
  '001_trial.up.sql': 'alter table users add column trial_ends_at date; alter table users disable trigger touch;',
  '001_trial.down.sql': 'alter table users drop column trial_ends_at; alter table users enable trigger touch;',
}

test('what an earlier version kept is no drift: counted, reverted and proven by what both say', async () => {
  const deployed = await deployedEarlier(files)
  const [{ id } = { id: '' }] = await world().query<{ id: string }>(
    `insert into users (mail) values ('a@b') returning id`,
  )
  await world().query(`update users set trial_ends_at = current_date`)
  const kept = await world().revert(deployed)
  expect(kept).toMatchObject({ reverted: [], failure: null, losses: [{ object: 'users.trial_ends_at', rows: 1 }] })
  await world().query(`update users set trial_ends_at = null where id = ${id}`)
  const reverted = await world().revert(deployed, { attempt: 2 })
  expect(reverted).toMatchObject({ reverted: ['001_trial'], catalogRestored: true, difference: [], failure: null })
})

test('what somebody changed since is still seen, and a down that restores less is still found out', async () => {
  const forgets = { ...files, '001_trial.down.sql': 'alter table users drop column trial_ends_at;' }
  const deployed = await deployedEarlier(forgets)
  await world().query('alter table users add column by_hand int')
  const drifted = await world().revert(deployed)
  expect(drifted.failure?.message).toContain('changed by somebody else')
  expect(drifted.failure?.message).toContain('column users.by_hand: not expected, but it is there')
  await world().query('alter table users drop column by_hand')
  const wrong = await world().revert(deployed, { attempt: 2 })
  expect(wrong).toMatchObject({ reverted: [], catalogRestored: false, unchanged: true })
  expect(wrong.failure?.message).toContain('trigger users.touch: enabled expected yes, got no')
})

test('a schema that is older than the history is still told from one that was changed', async () => {
  const deployed = await deployedEarlier(files)
  await world().query('alter table users drop column trial_ends_at; alter table users enable trigger touch')
  expect((await world().revert(deployed)).failure?.message).toContain('the catalog is exactly the one from before it')
})

/** Deployed, and then everything on the host as the first version would have left it: no snapshot, no bytes, its catalogs. */
async function deployedEarlier(release: Readonly<Record<string, string>>) {
  await world().query(base)
  const before = await earlierCatalog()
  const deployed = await world().deploy(await world().release('1.0.0', release))
  const after = await earlierCatalog()
  const { directory } = world()
  await rm(join(hostPaths(directory).catalog('any'), '..'), { recursive: true })
  const kept = { before: await storeCatalog(directory, before), after: await storeCatalog(directory, after) }
  const notes = join(hostPaths(directory).state, 'migrations')
  for (const name of (await readdir(notes)).filter((file) => file.endsWith('trial.json'))) {
    const { bytes: _, snapshot: __, reverted: ___, ...note } = JSON.parse(await readFile(join(notes, name), 'utf8'))
    await writeFile(join(notes, name), JSON.stringify({ ...note, ...kept }))
  }
  const migrations = deployed.migrations.map(({ name, releaseDirectory }) => ({ name, releaseDirectory }))
  return { migrations, ...kept }
}

type Row = Omit<CatalogObject, 'place'> & { relation: string | null; position: number | null }

async function earlierCatalog(): Promise<Catalog> {
  const sql = await readFile('test/fixtures/catalogs/first-format.sql', 'utf8')
  const { schema, table } = world().database.migrations
  return await withClient(world().url, async (client) => {
    await client.query(`set search_path = ''`)
    const { rows } = await client.query<Row>(sql, [schema, table])
    return rows.map(({ kind, name, table, relation, position, properties }) => {
      const place = relation === null ? null : { relation: Number(relation), position: position ?? 0 }
      return { kind, name, table, place, properties }
    })
  })
}
