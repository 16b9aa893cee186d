import { expect, test } from 'vitest'
import { rewrittenBy } from '../../../activities/database/revert/overwritten.ts'
import type { Kept } from '../../../src/domain/catalog/kept.ts'
import { withClient } from '../world.ts'
import { freshWorlds } from './shop.ts'

const world = freshWorlds()

const kept: Kept = {
  table: { was: 'public.notes', is: 'public.notes' },
  columns: ['id', 'text'].map((name) => ({ was: name, is: name, as: 'itself' })),
}

test.for([
  [
    1024 ** 2,
    0,
    [
      'notes: 1 row written over in place by the down; the table is too large to be read again meanwhile: which values, and since when, is not known',
    ],
  ],
  [1024 ** 3, 1, []],
] as const)(
  'values that lie beside their rows count among what is too large to be read again: %i bytes',
  async ([most, keys, said]) => {
    // A page of rows, and three megabytes that no compression makes smaller.
    await world().query(`create table notes (id int primary key, text text); alter table notes alter text set storage external;
    insert into notes values (1, repeat('x', 3000000))`)
    await withClient(world().url, async (client) => {
      await client.query('begin; set local row_security = off; update notes set id = id')
      const moved = { relation: 1, table: 'public.notes', inserted: 0, updated: 1, deleted: 0 }
      const { rewritten, lines } = await rewrittenBy(client, [{ kept, moved, anew: false }], most)
      expect(rewritten.flatMap((one) => one.keys)).toHaveLength(keys)
      expect(lines).toEqual(said)
    })
  },
)
