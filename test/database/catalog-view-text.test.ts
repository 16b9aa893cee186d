import { expect, test } from 'vitest'
import { asPostgres16Prints } from '../../activities/database/catalog/view-text.ts'

test.each([
  [
    'of one relation, its name goes',
    ' SELECT users.name,\n    users."order",\n    (users.a || \'users.a\'::text) AS b\n   FROM app.users\n  WHERE (users.id > 2)\n  ORDER BY users.name;',
    ' SELECT name,\n    "order",\n    (a || \'users.a\'::text) AS b\n   FROM app.users\n  WHERE (id > 2)\n  ORDER BY name;',
  ],
  ['of an alias, too', ' SELECT u.name\n   FROM users.users u;', ' SELECT name\n   FROM users.users u;'],
  [
    'within a query of its own it stays',
    ' SELECT a.id\n   FROM a\n  WHERE (EXISTS ( SELECT 1\n           FROM b\n          WHERE (b.id = a.id)));',
    ' SELECT id\n   FROM a\n  WHERE (EXISTS ( SELECT 1\n           FROM b\n          WHERE (b.id = a.id)));',
  ],
])('%s', (_, before, after) => {
  expect(asPostgres16Prints(before)).toBe(after)
})

test.each([
  ' SELECT a.id,\n    b.id AS other\n   FROM a,\n    b;',
  ' SELECT a.id\n   FROM (a\n     JOIN b ON ((a.id = b.id)));',
  ' SELECT a.id\n   FROM a\nUNION\n SELECT b.id\n   FROM b;',
  ' SELECT a.*::a AS a\n   FROM a;',
  ' SELECT 1 AS one;',
])('of several, of none, or as a whole row it stays: %j', (definition) => {
  expect(asPostgres16Prints(definition)).toBe(definition)
})
