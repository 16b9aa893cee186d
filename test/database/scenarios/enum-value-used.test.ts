import { afterEach, beforeEach, expect, test } from 'vitest'
import { lossLine } from '../../../src/domain/migration/loss-words.ts'
import { createWorld, type DatabaseWorld } from '../world.ts'

let world: DatabaseWorld

beforeEach(async () => {
  world = await createWorld()
  await world.query(`create type colour as enum ('red', 'green');
    create table cars (id int, paint colour, stripes colour[])`)
})

afterEach(async () => {
  await world.stop()
})

test('an enum value that rows use keeps the schema, in arrays too; unused, the type is made anew without it', async () => {
  const deployed = await world.deploy(
    await world.release('1.0.0', {
      '001_blue.up.sql': `-- belay: no transaction\nalter type colour add value 'blue' before 'green'`,
      '001_blue.down.sql': `alter type colour rename to colour_with_blue;
        create type colour as enum ('red', 'green');
        alter table cars alter paint type colour using paint::text::colour,
          alter stripes type colour[] using stripes::text[]::colour[];
        drop type colour_with_blue`,
    }),
  )
  expect(deployed.result.failure).toBe(null)
  await world.query(
    `insert into cars values (1, 'red', '{red}'), (2, 'blue', '{blue,red}'), (3, 'blue', null), (4, null, '{}')`,
  )
  const kept = await world.revert(deployed)
  expect(kept).toMatchObject({ reverted: [], kept: ['001_blue'] })
  expect(kept.losses.map(lossLine).toSorted()).toEqual([
    'cars.paint: 2 rows (value that the type did not have before: blue)',
    'cars.stripes: 1 row (value that the type did not have before: blue)',
  ])
  await world.query(`update cars set paint = 'green', stripes = '{}'`)
  expect(await world.revert(deployed, { attempt: 2 })).toMatchObject({
    reverted: ['001_blue'],
    losses: [],
    catalogRestored: true,
    failure: null,
  })
})
