import { expect, test } from 'vitest'
import { readCatalog } from '../../activities/database/catalog/catalog.ts'
import { inOnePicture } from '../../activities/database/revert/careful-count.ts'
import { countLosses } from '../../activities/database/revert/loss.ts'
import { lossLine } from '../../src/domain/migration/loss-words.ts'
import { startDistributionPostgres } from '../support/distribution-postgres.ts'
import { violations } from './violations.ts'
import { withClient } from './world.ts'

const own = { schema: 'public', table: 'schema_migrations' }

test('an older server, which cannot try a value without an error, gives the same counts', async () => {
  const { url } = await startDistributionPostgres()
  await withClient(url, async (client) => {
    const all = Object.values(violations)
    const each = async (part: 'made' | 'up' | 'rows') =>
      await client.query(all.map((one) => `${one[part]};`).join('\n'))
    await each('made')
    await client.query(`create domain small as int check (value < 10);
      create table n (v varchar(3), n numeric(5,2), s small); insert into n values ('abc', 1.23, 1)`)
    const before = await readCatalog(client, own)
    await each('up')
    await client.query('alter table n alter v type text, alter n type numeric, alter s type int')
    await each('rows')
    await client.query(`insert into n values ('abcd', 1.234, 10), ('ab', 1000, 9), (null, null, null)`)
    const after = await readCatalog(client, own)
    const migrations = [{ name: '001', before, after, baseline: [] }]
    const losses = await inOnePicture(client, () => countLosses(client, { before, after, migrations }))
    const { rows } = await client.query(`select current_setting('server_version_num')::int as version`)
    expect(rows[0]?.version).toBeLessThan(160_000)
    expect(losses.map(lossLine).toSorted()).toEqual(
      [
        ...all.map((one) => one.expected),
        '1 row of b3_high.v is NULL, which the revert forbids again',
        'n.v: 1 row (value that does not fit into character varying(3))',
        'n.n: 2 rows (value that does not fit into numeric(5,2))',
        'n.s: 1 row (value that does not fit into public.small)',
      ].toSorted(),
    )
  })
})
