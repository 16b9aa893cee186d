import { expect, test } from 'vitest'
import { historyRefusals } from '../../../activities/database/apply/refusals.ts'
import { planRevert } from '../../../activities/database/revert/revert-plan.ts'
import { sqlPairs } from '../../../activities/database/tools/sql-pairs.ts'
import { withClient } from '../world.ts'
import { freshWorlds, users } from './shop.ts'

const world = freshWorlds()

test('a tool’s own mark of a run that failed half way stops a deployment and a revert before anything runs', async () => {
  const deployed = await world().deploy(await world().release('1.0.0', users))
  const { directory, url } = world()
  const settings = { ...world().database.migrations, additive: 'all' as const }
  const { migrations, before, after } = deployed
  const order = { deployment: 'd1', directory, settings, migrations, before, after, onLoss: 'lose' as const }
  await withClient(url, async (client) => {
    for (const words of ['version 1 is dirty: finish it by hand', null]) {
      const tool = { ...sqlPairs, dirty: async () => words }
      const history = { owners: migrations, vanished: [], catalog: [] }
      const refusals = await historyRefusals({ client, tool, settings, directory: '/nowhere' }, history)
      expect(refusals).toEqual(words === null ? [] : [words])
      const plan = await planRevert({ client, url, environment: {} }, tool, order)
      expect(plan).toMatchObject(words === null ? { migrations: [{}] } : { refused: words })
    }
  })
})
