import type { Change } from './change.ts'

export const elsewhere: readonly Change[] = [
  ['a schema', 'create schema more', 'schema more: not expected', 'drop schema more'],
  [
    'a grant on a schema',
    'revoke usage on schema app from catalog_reader',
    'schema app: access expected catalog_reader: USAGE; the owner: ALL, got the default',
    'grant usage on schema app to catalog_reader',
  ],
  [
    'a comment on a schema',
    'comment on schema app is null',
    'schema app: comment',
    `comment on schema app is 'the shop'`,
  ],
  ['an extension', 'create extension pg_trgm', 'extension pg_trgm: not expected', 'drop extension pg_trgm'],
  [
    'an extension’s version',
    `alter extension hstore update to '1.8'`,
    'extension hstore: version expected 1.7, got 1.8',
  ],
  [
    'an extension’s schema',
    'alter extension hstore set schema public',
    'extension hstore: schema expected app, got public',
    'alter extension hstore set schema app',
  ],
  [
    'a text search configuration',
    'alter text search configuration app.search drop mapping for email',
    'text search configuration app.search: mappings email expected (pg_catalog.simple), got none',
    'alter text search configuration app.search add mapping for email with pg_catalog.simple',
  ],
  [
    'a text search dictionary',
    'alter text search dictionary app.words (accept = true)',
    'text search dictionary app.words: options',
    'alter text search dictionary app.words (accept = false)',
  ],
  [
    'a text search parser',
    'comment on text search parser app.splitter is $$x$$',
    'text search parser app.splitter: comment',
    'comment on text search parser app.splitter is null',
  ],
  [
    'a text search template',
    'drop text search template app.stem',
    'text search template app.stem: expected',
    'create text search template app.stem (init = dsimple_init, lexize = dsimple_lexize)',
  ],
  [
    'a foreign data wrapper',
    `alter foreign data wrapper nowhere options (set debug 'false')`,
    'foreign data wrapper nowhere: options debug expected true, got false',
    `alter foreign data wrapper nowhere options (set debug 'true')`,
  ],
  [
    'a foreign server',
    `alter server there options (set host 'x')`,
    'server there: options host expected db.example.com, got x',
    `alter server there options (set host 'db.example.com')`,
  ],
  [
    'a user mapping',
    'drop user mapping for public server there',
    'user mapping for public on there: expected, but it is gone',
    'create user mapping for public server there',
  ],
  [
    'a publication’s row filter',
    'alter publication few set table app.users (id, name, mail) where (id > 11), app.base',
    'publication few: tables app.users where expected (id > 10), got (id > 11)',
    'alter publication few set table app.users (id, name, mail) where (id > 10), app.base',
  ],
  [
    'a publication’s columns',
    'alter publication few set table app.users (id, name) where (id > 10), app.base',
    'publication few: tables app.users columns expected (id, mail, name), got (id, name)',
    'alter publication few set table app.users (id, name, mail) where (id > 10), app.base',
  ],
  [
    'a publication’s schemas',
    'alter publication every drop tables in schema app',
    'publication every: schemas expected (app), got none',
    'alter publication every add tables in schema app',
  ],
  [
    'a publication’s statements',
    `alter publication few set (publish = 'delete')`,
    'publication few: delete expected no, got yes',
    `alter publication few set (publish = 'insert')`,
  ],
  [
    'a subscription',
    `create subscription sub connection 'dbname=x' publication p with (connect = false, slot_name = 'sub')`,
    'subscription sub: not expected',
  ],
  [
    'an event trigger that is off',
    'alter event trigger watched disable',
    'event trigger watched: enabled expected yes, got no',
    'alter event trigger watched enable',
  ],
  [
    'a comment on an event trigger',
    'comment on event trigger watched is null',
    'event trigger watched: comment',
    `comment on event trigger watched is 'looks only'`,
  ],
  [
    'a default privilege',
    'alter default privileges in schema app revoke select on tables from catalog_reader',
    'to tables in app: expected, but it is gone',
    'alter default privileges in schema app grant select on tables to catalog_reader',
  ],
]
