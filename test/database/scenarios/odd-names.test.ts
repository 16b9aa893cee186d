import { expect, test } from 'vitest'
import { lossLine } from '../../../src/domain/migration/loss-words.ts'
import { freshWorlds } from './shop.ts'

const world = freshWorlds()

test('names with dots, quotes, spaces and capitals, in a schema of their own: rules that come back are counted', async () => {
  await world().query(`create schema "My.shop";
    create table "My.shop"."a.""B" ("C.d" text constraint "not.empty" check ("C.d" <> ''), "größe" int not null, "Ü" int);
    create unique index "only one" on "My.shop"."a.""B" ("Ü");
    create table "My.shop"."of.it" (id int primary key, "a.b" int)`)
  const files = {
    '001_odd.up.sql': `alter table "My.shop"."a.""B" drop constraint "not.empty", alter "größe" drop not null, add column "x.Y" text;
      drop index "My.shop"."only one"`,
    '001_odd.down.sql': `create unique index "only one" on "My.shop"."a.""B" ("Ü");
      alter table "My.shop"."a.""B" add constraint "not.empty" check ("C.d" <> ''), alter "größe" set not null, drop column "x.Y"`,
  }
  const deployed = await world().deploy(await world().release('1.0.0', files))
  await world().query(`insert into "My.shop"."a.""B" values ('', null, 1, 'v'), ('x', 1, 1, null)`)
  const kept = await world().revert(deployed)
  expect(kept).toMatchObject({ reverted: [], failure: null })
  expect(kept.losses.map(lossLine).toSorted()).toEqual([
    `"My.shop"."a.""B"."x.Y": 1 row (value written)`,
    `1 row of "My.shop"."a.""B" is against CHECK (("C.d" <> ''::text)), which the revert forbids again`,
    `1 row of "My.shop"."a.""B"."größe" is NULL, which the revert forbids again`,
    `2 rows of "My.shop"."a.""B"."Ü" are duplicates under unique index "only one", which the revert forbids again`,
  ])
  await world().query(`delete from "My.shop"."a.""B" where "C.d" = ''`)
  expect(await world().revert(deployed, { attempt: 2 })).toMatchObject({ reverted: ['001_odd'], catalogRestored: true })
})
